//! Why a definition is refused, and what it says without effect; both with their place.
//!
//! What must stay true: every message names what was found, what was expected and what to do.

use std::fmt::{self, Display, Formatter};

use crate::compile::MethodProblem;

/// A place in a definition file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From 1; 0 when the place is not known.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
}

/// A definition that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {problem}", Suffix(*place))]
pub struct ImportError {
    /// The file, as the caller named it.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong there.
    pub problem: ImportProblem,
}

/// Something that the definition says and that has no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportWarning {
    /// Where in the file.
    pub place: Place,
    /// What has no effect, and what to do about it.
    pub message: String,
    /// Whether Amazon API Gateway warns about it too; only those count for its `failonwarnings`.
    pub is_given_by_aws: bool,
}

impl ImportWarning {
    /// The warning as one line, with the file's name in front.
    pub fn in_file(&self, file: &str) -> String {
        format!("{file}{}: {}", Suffix(self.place), self.message)
    }
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportProblem {
    /// Neither YAML nor JSON.
    #[error("not valid YAML or JSON: {0}")]
    Syntax(String),
    /// Larger than API Gateway takes.
    #[error("the definition has {bytes} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Neither an OpenAPI 3 document nor a Swagger 2.0 one.
    #[error("Invalid OpenAPI input: {0}")]
    NotOpenApi(String),
    /// A value of another type than the field has.
    #[error("'{field}' must be {expected}, not {found}")]
    WrongType {
        /// The field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A field that must be there.
    #[error("'{field}' is missing from {within}; add it")]
    Missing {
        /// The field.
        field: &'static str,
        /// What it is missing from.
        within: String,
    },
    /// A value that is not one of those allowed.
    #[error("'{value}' is not a value of '{field}'; use {allowed}")]
    NotAllowed {
        /// The field.
        field: &'static str,
        /// What it says.
        value: String,
        /// What it may say.
        allowed: &'static str,
    },
    /// A reference to nothing.
    #[error("'{0}' refers to nothing in this file")]
    DanglingReference(String),
    /// A resource path that cannot be.
    #[error("resource path '{path}': {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        reason: String,
    },
    /// More of something than an API has.
    #[error("an API has at most {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A method that could not be deployed.
    #[error(transparent)]
    Method(Box<MethodProblem>),
    /// What Amazon API Gateway refuses, in its words.
    #[error("{0}")]
    Amazon(String),
}

impl ImportProblem {
    /// What Amazon API Gateway answers.
    pub(crate) fn amazon_message(&self) -> String {
        match self {
            Self::Syntax(_) | Self::NotOpenApi(_) | Self::TooLarge { .. } => {
                "Invalid OpenAPI input.".to_owned()
            }
            Self::Path { path, reason } => {
                format!("Errors found during import:\n\tUnable to create resource at path '{path}': {reason}")
            }
            other => format!("Errors found during import:\n\t{other}"),
        }
    }
}

struct Suffix(Place);

impl Display for Suffix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.line > 0 { write!(f, ":{}:{}", self.0.line, self.0.column) } else { Ok(()) }
    }
}
