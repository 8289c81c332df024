//! The tree of a parsed template. What must stay true: it never changes after parsing and holds no name that must be looked up
//! by text while rendering: variables are numbered slots. Chains (`a + b + c`, `#elseif`) are lists, so only what the nesting
//! limit counts makes the tree deeper.

use std::sync::Arc;

use crate::{
    error::Position,
    value::{Arithmetic, Value},
};

/// The number of a variable in its template's table of names.
pub(crate) type Slot = u32;

/// Statements that render one after the other.
#[derive(Default)]
pub(crate) struct Block {
    pub(crate) nodes: Vec<Node>,
}

impl Block {
    /// Moves `text` to the end of the block.
    pub(crate) fn push_text(&mut self, text: &mut String) {
        if !text.is_empty() {
            self.nodes.push(Node::Text(std::mem::take(text).into()));
        }
    }
}

/// A statement.
pub(crate) enum Node {
    Text(Box<str>),
    Reference(Box<Reference>),
    Set(Box<Set>),
    If(Box<If>),
    Foreach(Box<Foreach>),
    Define {
        slot: Slot,
        block: Arc<Block>,
    },
    /// `#stop`, with a message that nobody sees.
    Stop(Option<Box<Expression>>),
    /// `#break`, or `#break($foreach.parent)`.
    Break(Option<Box<ScopedBreak>>),
    /// A directive that Velocity accepts while parsing and fails on when it gets there.
    Fault(Box<Fault>),
}

/// `$name.property.method(arguments)[index]` in any of its forms.
pub(crate) struct Reference {
    pub(crate) root: Root,
    pub(crate) accesses: Vec<Access>,
    /// Backslashes to print before the value.
    pub(crate) escapes: Box<str>,
    /// Text that the lexer glued to the reference, such as the first dollar of `$$name`.
    pub(crate) glued: Box<str>,
    /// An odd number of backslashes came before: the source prints, not the value.
    pub(crate) is_escaped: bool,
    /// The source, for an escaped reference, for one that prints nothing at all, and for errors.
    pub(crate) literal: Box<str>,
    /// What prints when there is no text whatever: the source, or nothing for a quiet reference.
    pub(crate) is_quiet: bool,
    pub(crate) position: Position,
}

/// What a reference starts from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// A variable.
    Slot(Slot),
    /// A bare word where a value may stand, as in `$map.put('k', null)`: it has no value and prints itself.
    Word,
    /// `$\!name`: never defined.
    Undefined,
}

/// One step of a reference.
pub(crate) struct Access {
    pub(crate) kind: AccessKind,
    pub(crate) position: Position,
}

pub(crate) enum AccessKind {
    Property(Arc<str>),
    Method { name: Arc<str>, arguments: Vec<Expression> },
    Index(Expression),
}

/// `#set(target = value)`.
pub(crate) struct Set {
    /// The variable that is set when the target has no further steps.
    pub(crate) slot: Slot,
    pub(crate) target: Reference,
    pub(crate) value: Expression,
}

/// `#if`, its `#elseif`s and its `#else`.
pub(crate) struct If {
    pub(crate) branches: Vec<Branch>,
    pub(crate) otherwise: Option<Block>,
}

/// `#if` or `#elseif`: what it asks, and what renders when that is true.
pub(crate) struct Branch {
    pub(crate) condition: Expression,
    pub(crate) block: Block,
    pub(crate) position: Position,
}

/// `#foreach`.
pub(crate) struct Foreach {
    /// The number of this loop in its template.
    pub(crate) id: u32,
    pub(crate) slot: Slot,
    pub(crate) items: Expression,
    pub(crate) body: Block,
    pub(crate) position: Position,
    pub(crate) literal: Box<str>,
}

/// `#break(scope)`.
pub(crate) struct ScopedBreak {
    pub(crate) scope: Expression,
    pub(crate) position: Position,
}

/// A failure that waits at its place.
pub(crate) struct Fault {
    pub(crate) message: Box<str>,
    pub(crate) piece: Box<str>,
    pub(crate) position: Position,
}

/// Something with a value.
pub(crate) enum Expression {
    Literal(Value),
    Truth(bool),
    /// A string in double quotes with references or directives in it.
    Interpolated(Box<Interpolated>),
    Reference(Box<Reference>),
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Range(Box<(Expression, Expression)>),
    Not(Box<Expression>),
    /// All of them, left to right until one is false.
    And(Vec<Expression>),
    /// Any of them, left to right until one is true.
    Or(Vec<Expression>),
    /// Operators of one precedence, left to right.
    Chain(Box<Chain>),
    /// Nothing has a value here.
    Nothing,
}

/// The content of a double-quoted string.
pub(crate) struct Interpolated {
    pub(crate) block: Block,
    /// The last character of what renders is not part of the string.
    pub(crate) drops_last: bool,
}

/// `first operator operand operator operand`.
pub(crate) struct Chain {
    pub(crate) first: Expression,
    pub(crate) rest: Vec<Link>,
}

/// An operator and its right side.
pub(crate) struct Link {
    pub(crate) operator: Operator,
    pub(crate) operand: Expression,
    /// The source of each side, which Velocity adds to a string in place of a missing value.
    pub(crate) left_literal: Box<str>,
    pub(crate) right_literal: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Arithmetic(Arithmetic),
}
