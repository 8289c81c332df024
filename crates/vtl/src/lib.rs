//! The Velocity engine: Velocity 1.7 as API Gateway runs it. A template is parsed once ([`Template::parse`]) and rendered many
//! times ([`Template::render`]) with the variables of a [`Context`]; the embedder lends objects through [`HostObject`].
//!
//! What must stay true: the engine knows no AWS, reads no clock and no file, holds no state between renderings beside compiled
//! regular expressions, and answers every input with text or an error that names line and column, within [`Limits`].

mod ast;
mod context;
mod error;
mod eval;
mod host;
mod inspect;
mod lexer;
mod limits;
mod methods;
mod parser;
mod template;
mod value;

pub use crate::{
    context::Context,
    error::{Failure, HostError, Position, RenderError, TemplateError},
    host::HostObject,
    inspect::{Inspection, Place, ReferenceUse, StepKind, StepUse, UnknownDirective},
    limits::Limits,
    template::Template,
    value::{Key, List, Map, Opaque, Value},
};
