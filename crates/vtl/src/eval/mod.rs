//! Renders the tree. What must stay true: every statement, call and value is paid for by the budget, every recursion is counted
//! by the depth, and the text of a string in progress is the tail of the one output buffer, so nothing is copied twice.

mod budget;
mod expression;
mod foreach;
mod reference;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

pub(crate) use self::budget::Budget;
use crate::{
    ast::{Block, Node, Slot},
    context::Context,
    error::{Failure, Position, RenderError, quoted_piece},
    limits::{DEFINE_DEPTH_MAX, Limits, SIZE_HINT_MAX},
    template::Template,
    value::{BlockReference, EngineValue, Opaque, Printer, Value, print_value},
};

/// Renders `template` with `context`.
pub(crate) fn render(template: &Template, context: &Context, limits: &Limits) -> Result<String, RenderError> {
    let size_hint = template.size_hint.load(Ordering::Relaxed);
    let mut renderer = Renderer {
        template,
        context,
        limits,
        variables: vec![Variable::Unread; template.names.len()],
        budget: Budget::new(limits),
        depth: 0,
        out: String::with_capacity(size_hint),
        empty: None,
    };
    match renderer.block(&template.block) {
        Ok(()) | Err(Interrupt::Stop | Interrupt::Break(_)) => {
            let size = renderer.out.len();
            if size > size_hint || size < size_hint / 2 {
                template.size_hint.store(size.min(SIZE_HINT_MAX), Ordering::Relaxed);
            }
            Ok(renderer.out)
        }
        Err(Interrupt::Fail(error)) => Err(*error),
    }
}

/// Why the next statement does not run.
pub(crate) enum Interrupt {
    /// `#stop`.
    Stop,
    /// `#break` of the loop with this number, or of the nearest loop or block.
    Break(Option<u32>),
    Fail(Box<RenderError>),
}

pub(crate) type Step<T> = Result<T, Interrupt>;

/// A variable is looked up in the context when it is first read.
#[derive(Clone)]
enum Variable {
    Unread,
    Known(Value),
}

struct Renderer<'t> {
    template: &'t Template,
    context: &'t Context,
    limits: &'t Limits,
    variables: Vec<Variable>,
    budget: Budget,
    depth: u32,
    out: String,
    empty: Option<Arc<str>>,
}

impl Renderer<'_> {
    fn block(&mut self, block: &Block) -> Step<()> {
        self.deeper(|renderer| block.nodes.iter().try_for_each(|node| renderer.node(node)))
    }

    /// Runs `work` one level deeper. Blocks of `#define` can stack what the parser saw side by side, so this bound is not the
    /// parser's own, and a template that parses without them never meets it.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        let limit = self.limits.nesting_depth_max.saturating_mul(2);
        if self.depth >= limit {
            let failure =
                Failure::Limit { limit: u64::from(limit), unit: "levels of running blocks and expressions" };
            return Err(self.failed(failure, Position { line: 1, column: 1 }, &self.template.name));
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    fn node(&mut self, node: &Node) -> Step<()> {
        if let Err(failure) = self.budget.step() {
            return Err(self.failed_at(node, failure));
        }
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Reference(reference) => self.print_reference(reference)?,
            Node::Set(set) => {
                let value = self.value(&set.value)?;
                if !value.is_null() {
                    self.assign(set, value)?;
                }
            }
            Node::If(statement) => {
                for branch in &statement.branches {
                    if self.truth(&branch.condition)? {
                        return self.block(&branch.block);
                    }
                }
                if let Some(otherwise) = &statement.otherwise {
                    self.block(otherwise)?;
                }
            }
            Node::Foreach(foreach) => self.foreach(foreach)?,
            Node::Define { slot, block } => self.define(*slot, block),
            Node::Stop(message) => {
                if let Some(message) = message {
                    self.value(message)?;
                }
                return Err(Interrupt::Stop);
            }
            Node::Break(None) => return Err(Interrupt::Break(None)),
            Node::Break(Some(scoped)) => {
                let value = self.value(&scoped.scope)?;
                if let Value::Engine(Opaque(EngineValue::Foreach(scope))) = value {
                    return Err(Interrupt::Break(Some(scope.owner)));
                }
                let failure = Failure::Directive("#break takes a $foreach or nothing".to_owned());
                return Err(self.failed(failure, scoped.position, "#break"));
            }
            Node::Fault(fault) => {
                return Err(self.failed(
                    Failure::Directive(fault.message.to_string()),
                    fault.position,
                    &fault.piece,
                ));
            }
        }
        if self.out.len() > self.limits.output_bytes_max {
            return Err(self.failed_at(node, self.too_long()));
        }
        Ok(())
    }

    fn define(&mut self, slot: Slot, block: &Arc<Block>) {
        let reference =
            BlockReference { template: self.template.id, block: Arc::clone(block), depth: AtomicU32::new(0) };
        self.set_variable(slot, Value::Engine(Opaque(EngineValue::Block(Arc::new(reference)))));
    }

    /// Renders a block made by `#define`; false when it is too deep inside itself.
    fn print_defined(&mut self, reference: &BlockReference) -> Step<bool> {
        if reference.template != self.template.id {
            return Ok(true);
        }
        if !reference.enter(DEFINE_DEPTH_MAX) {
            return Ok(false);
        }
        let outcome = self.block(&reference.block);
        reference.leave();
        match outcome {
            Ok(()) | Err(Interrupt::Break(None)) => Ok(true),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// What `value` prints, as a string of its own; nothing when it has no text whatever.
    fn text_of(&mut self, value: &Value) -> Step<Option<Arc<str>>> {
        if let Value::Str(text) = value {
            return Ok(Some(Arc::clone(text)));
        }
        self.captured(|renderer| match value {
            Value::Engine(Opaque(EngineValue::Block(block))) => renderer.print_defined(block),
            _ => renderer.print(value).map(|()| true),
        })
    }

    /// Runs `print` and takes away what it printed.
    fn captured(&mut self, print: impl FnOnce(&mut Self) -> Step<bool>) -> Step<Option<Arc<str>>> {
        let start = self.out.len();
        let outcome = print(self);
        let text = matches!(outcome, Ok(true)).then(|| Arc::from(&self.out[start..]));
        let size = self.out.len() - start;
        self.out.truncate(start);
        outcome?;
        self.pay_for_bytes(size)?;
        Ok(text)
    }

    fn print(&mut self, value: &Value) -> Step<()> {
        let mut printer = Printer::new(&mut self.out, self.limits);
        let outcome = print_value(&mut printer, value);
        outcome.map_err(|failure| self.failed(failure, Position { line: 1, column: 1 }, &self.template.name))
    }

    fn variable(&mut self, slot: Slot) -> &Value {
        let index = slot as usize;
        if matches!(self.variables[index], Variable::Unread) {
            let value = self.context.get(&self.template.names[index]).cloned().unwrap_or_default();
            self.variables[index] = Variable::Known(value);
        }
        match &self.variables[index] {
            Variable::Known(value) => value,
            Variable::Unread => &Value::Null,
        }
    }

    fn set_variable(&mut self, slot: Slot, value: Value) {
        self.variables[slot as usize] = Variable::Known(value);
    }

    /// The empty string, which is what every missing value is on API Gateway.
    fn empty(&mut self) -> Value {
        Value::Str(Arc::clone(self.empty.get_or_insert_with(|| "".into())))
    }

    fn pay_for_bytes(&mut self, bytes: usize) -> Step<()> {
        let paid = self.budget.bytes(bytes as u64);
        paid.map_err(|failure| self.failed(failure, Position { line: 1, column: 1 }, &self.template.name))
    }

    fn too_long(&self) -> Failure {
        Failure::Limit { limit: self.limits.output_bytes_max as u64, unit: "bytes of text" }
    }

    #[cold]
    fn failed(&self, failure: Failure, position: Position, piece: &str) -> Interrupt {
        Interrupt::Fail(Box::new(RenderError {
            template: self.template.name.to_string(),
            position,
            piece: quoted_piece(piece),
            failure,
        }))
    }

    #[cold]
    fn failed_at(&self, node: &Node, failure: Failure) -> Interrupt {
        match node {
            Node::Reference(reference) => self.failed(failure, reference.position, &reference.literal),
            Node::Set(set) => self.failed(failure, set.target.position, &set.target.literal),
            Node::Foreach(foreach) => self.failed(failure, foreach.position, &foreach.literal),
            _ => self.failed(failure, Position { line: 1, column: 1 }, &self.template.name),
        }
    }
}
