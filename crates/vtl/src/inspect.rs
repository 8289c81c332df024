//! What a parsed template does with its variables, for tools that look for mistakes before a request meets them.
//!
//! What must stay true: inspecting renders nothing and changes nothing; the parser's bound on nesting bounds the recursion here.

use crate::{
    ast::{Access, AccessKind, Block, Expression, Node, Operator, Reference, Root},
    error::Position,
    template::Template,
    value::Value,
};

/// What a template does, in the order of its text.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Inspection<'t> {
    /// Every reference, whether it prints, is computed with or is set.
    pub references: Vec<ReferenceUse<'t>>,
    /// The names that `#set`, `#foreach` and `#define` bind, and where the first two do.
    pub bound_names: Vec<(&'t str, Position)>,
    /// The conditions that are a bare literal, which is never true: where, and the literal as `#if` has it.
    pub literal_conditions: Vec<Position>,
    /// Words with a hash that are no directives here and print as they stand.
    pub unknown_directives: &'t [UnknownDirective],
}

/// A reference.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReferenceUse<'t> {
    /// The name that it starts from, without `$`.
    pub name: &'t str,
    /// Its source.
    pub literal: &'t str,
    /// Where it stands.
    pub position: Position,
    /// Its properties, methods and indexes.
    pub steps: Vec<StepUse<'t>>,
    /// What it is there for.
    pub place: Place,
}

/// One step of a reference.
#[derive(Debug)]
#[non_exhaustive]
pub struct StepUse<'t> {
    /// Where it stands.
    pub position: Position,
    /// What it is.
    pub kind: StepKind<'t>,
}

/// What a step is.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum StepKind<'t> {
    /// `.name`, or `['name']` with a literal.
    Property(&'t str),
    /// `.name(arguments)`: each argument's text where it is a literal string.
    Method {
        /// The method's name.
        name: &'t str,
        /// Literal strings; `None` for what is computed.
        arguments: Vec<Option<&'t str>>,
    },
    /// `[index]`, computed or a number.
    Index,
}

/// What a reference is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// It prints.
    Text {
        /// Right between double quotes of the text around it.
        is_in_quotes: bool,
    },
    /// It is the whole of a condition, or of one side of its `&&` and `||`.
    Condition,
    /// It is compared by `<`, `>`, `<=` or `>=`.
    Ordered,
    /// `#set` puts something there.
    Target,
    /// Anything else: an operand, an argument, a list to loop over.
    Value,
}

/// A word with a hash that is no directive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownDirective {
    /// The word, without its hash.
    pub name: Box<str>,
    /// Where it stands.
    pub position: Position,
    /// Whether parentheses with arguments follow.
    pub has_arguments: bool,
}

impl Template {
    /// What the template does with its variables.
    pub fn inspect(&self) -> Inspection<'_> {
        let mut walk = Walk { template: self, found: Inspection::default() };
        walk.block(&self.block);
        walk.found.unknown_directives = &self.unknown_directives;
        walk.found
    }
}

struct Walk<'t> {
    template: &'t Template,
    found: Inspection<'t>,
}

impl<'t> Walk<'t> {
    fn block(&mut self, block: &'t Block) {
        for (index, node) in block.nodes.iter().enumerate() {
            match node {
                Node::Text(_) | Node::Stop(None) | Node::Break(None) | Node::Fault(_) => {}
                Node::Reference(reference) => {
                    let before = index.checked_sub(1).and_then(|index| block.nodes.get(index));
                    let is_in_quotes = is_text(before, |text| text.ends_with('"'))
                        && is_text(block.nodes.get(index + 1), |text| text.starts_with('"'));
                    self.reference(reference, Place::Text { is_in_quotes });
                }
                Node::Set(set) => {
                    self.expression(&set.value, Place::Value);
                    if set.target.accesses.is_empty() {
                        self.bind(set.slot, set.target.position);
                    } else {
                        self.reference(&set.target, Place::Target);
                    }
                }
                Node::If(statement) => {
                    for branch in &statement.branches {
                        if is_literal(&branch.condition) {
                            self.found.literal_conditions.push(branch.position);
                        }
                        self.expression(&branch.condition, Place::Condition);
                        self.block(&branch.block);
                    }
                    statement.otherwise.iter().for_each(|block| self.block(block));
                }
                Node::Foreach(foreach) => {
                    self.bind(foreach.slot, foreach.position);
                    self.expression(&foreach.items, Place::Value);
                    self.block(&foreach.body);
                }
                Node::Define { slot, block } => {
                    self.bind(*slot, Position::default());
                    self.block(block);
                }
                Node::Stop(Some(message)) => self.expression(message, Place::Value),
                Node::Break(Some(scoped)) => self.expression(&scoped.scope, Place::Value),
            }
        }
    }

    fn bind(&mut self, slot: u32, position: Position) {
        self.found.bound_names.extend(self.name(slot).map(|name| (name, position)));
    }

    fn name(&self, slot: u32) -> Option<&'t str> {
        self.template.names.get(slot as usize).map(|name| &**name)
    }

    fn expression(&mut self, expression: &'t Expression, place: Place) {
        match expression {
            Expression::Literal(_) | Expression::Truth(_) | Expression::Nothing => {}
            Expression::Interpolated(string) => self.block(&string.block),
            Expression::Reference(reference) => self.reference(reference, place),
            Expression::List(items) => items.iter().for_each(|item| self.expression(item, Place::Value)),
            Expression::Map(entries) => {
                for (key, value) in entries {
                    self.expression(key, Place::Value);
                    self.expression(value, Place::Value);
                }
            }
            Expression::Range(bounds) => {
                self.expression(&bounds.0, Place::Value);
                self.expression(&bounds.1, Place::Value);
            }
            Expression::Not(operand) => self.expression(operand, place),
            Expression::And(operands) | Expression::Or(operands) => {
                for operand in operands {
                    self.expression(operand, place);
                }
            }
            Expression::Chain(chain) => {
                let is_ordered = |operator| {
                    use Operator::{Greater, GreaterOrEqual, Less, LessOrEqual};
                    matches!(operator, Less | LessOrEqual | Greater | GreaterOrEqual)
                };
                let place_of = |operator| if is_ordered(operator) { Place::Ordered } else { Place::Value };
                let first = chain.rest.first().map_or(Place::Value, |link| place_of(link.operator));
                self.expression(&chain.first, first);
                for link in &chain.rest {
                    self.expression(&link.operand, place_of(link.operator));
                }
            }
        }
    }

    fn reference(&mut self, reference: &'t Reference, place: Place) {
        let steps = reference.accesses.iter().map(|access| self.step(access)).collect();
        if let Root::Slot(slot) = reference.root
            && let Some(name) = self.name(slot)
        {
            self.found.references.push(ReferenceUse {
                name,
                literal: &reference.literal,
                position: reference.position,
                steps,
                place,
            });
        }
    }

    fn step(&mut self, access: &'t Access) -> StepUse<'t> {
        let kind = match &access.kind {
            AccessKind::Property(name) => StepKind::Property(name),
            AccessKind::Method { name, arguments } => {
                for argument in arguments {
                    self.expression(argument, Place::Value);
                }
                StepKind::Method { name, arguments: arguments.iter().map(literal_text).collect() }
            }
            AccessKind::Index(index) => {
                self.expression(index, Place::Value);
                literal_text(index).map_or(StepKind::Index, StepKind::Property)
            }
        };
        StepUse { position: access.position, kind }
    }
}

fn is_text(node: Option<&Node>, is_it: impl Fn(&str) -> bool) -> bool {
    matches!(node, Some(Node::Text(text)) if is_it(text))
}

fn literal_text(expression: &Expression) -> Option<&str> {
    if let Expression::Literal(Value::Str(text)) = expression { Some(text) } else { None }
}

/// What is never true, whatever the variables are. `true` and `false` are said on purpose.
fn is_literal(condition: &Expression) -> bool {
    matches!(
        condition,
        Expression::Literal(_)
            | Expression::Interpolated(_)
            | Expression::List(_)
            | Expression::Map(_)
            | Expression::Range(_)
    )
}
