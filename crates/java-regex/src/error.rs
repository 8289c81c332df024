//! What is wrong with a pattern, a replacement or a search.
//!
//! What must stay true: a syntax error has the words of Java's `PatternSyntaxException`, in small letters; none of the
//! messages repeats the pattern, which the caller quotes as it likes.

/// Why a pattern is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Java refuses it too; the index counts characters from 0.
    #[error("{what} near index {index}")]
    Syntax {
        /// Java's description.
        what: String,
        /// Where it was noticed.
        index: usize,
    },
    /// Java takes it, this crate does not.
    #[error("{0}")]
    Unsupported(String),
    /// It is larger than a [`Limits`](crate::Limits) allows, as text or compiled.
    #[error("it is too large")]
    TooLarge,
}

/// Why a replacement is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplacementError {
    /// `$3` or `${name}` where the pattern has no such group.
    #[error("names the group {0}, which the pattern does not have")]
    NoGroup(String),
    /// A `$` before something else than a digit or a brace.
    #[error("has a $ without a group; write \\$")]
    NoGroupAfterDollar,
    /// `${` without `}`.
    #[error("has a group that does not end")]
    UnclosedGroup,
    /// Nothing follows the last backslash.
    #[error("ends with a backslash")]
    EndsWithBackslash,
}

/// Why a search was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// The search tracked back more often than [`Limits::backtracks_max`](crate::Limits::backtracks_max).
    #[error("the pattern takes more than {backtracks_max} steps on this text")]
    TooManySteps {
        /// The limit.
        backtracks_max: usize,
    },
}
