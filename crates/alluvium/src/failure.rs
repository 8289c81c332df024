//! How the program ends badly: with exit code 1 for what failed and 2 for what was asked wrongly.
//!
//! What must stay true: a usage or configuration error names file, line and column where there is a file, and says what
//! to do; no failure carries a secret.

use std::fmt;

/// A command that did not do what it was asked, with the exit code that says which kind.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked cannot be: a flag, a configuration file, an input file. Exit code 2.
    Usage(String),
    /// What was asked for failed on the way. Exit code 1.
    Failed(anyhow::Error),
}

impl Failure {
    /// A usage or configuration error with its whole message.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A usage error that keeps the causes of `error` in its message.
    pub(crate) fn usage_from(error: impl Into<anyhow::Error>) -> Self {
        Self::Usage(format!("{:#}", error.into()))
    }

    /// The exit code: 2 for usage, 1 for the rest.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => formatter.write_str(message),
            Self::Failed(error) => write!(formatter, "{error:#}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
