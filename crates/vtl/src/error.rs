//! What can go wrong with a template, and where. What must stay true: an error names the template, the line and column (from
//! 1, columns in characters) and quotes the piece at fault, since API Gateway itself answers only "Internal server error".

use crate::limits::PIECE_CHARS_MAX;

/// A place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A template that cannot be parsed. API Gateway answers such a request with 500.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{template}:{}:{}: {message}, at `{piece}`", position.line, position.column)]
pub struct TemplateError {
    /// The name under which the template was parsed.
    pub template: String,
    /// Where it went wrong.
    pub position: Position,
    /// The text there, cut to a readable length.
    pub piece: String,
    /// What is wrong, in words.
    pub message: String,
}

/// A template that failed while it was rendered. API Gateway answers such a request with 500.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{template}:{}:{}: {failure}, at `{piece}`", position.line, position.column)]
pub struct RenderError {
    /// The name under which the template was parsed.
    pub template: String,
    /// Where it went wrong.
    pub position: Position,
    /// The reference or directive there, cut to a readable length.
    pub piece: String,
    /// What went wrong.
    pub failure: Failure,
}

/// Why a rendering stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A method, of the engine's own values or of a host object, refused its arguments.
    #[error("{0}")]
    Method(String),
    /// The rendering ran into one of [`Limits`](crate::Limits).
    #[error("the rendering needs more than {limit} {unit}")]
    Limit {
        /// The bound that was reached.
        limit: u64,
        /// What it counts.
        unit: &'static str,
    },
    /// A directive was given something that it cannot work with.
    #[error("{0}")]
    Directive(String),
}

/// Why a host object could not do what a template asked of it; the engine adds the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self::Method(error.0)
    }
}

/// Cuts `text` to what an error quotes of it.
pub(crate) fn quoted_piece(text: &str) -> String {
    match text.char_indices().nth(PIECE_CHARS_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
