//! Java's regular expressions: patterns, replacements and splitting as `java.util.regex` has them, with limits.
//!
//! Spark's SQL and Velocity's templates both hand their patterns to Java. A pattern is translated once ([`Pattern::compile`]):
//! to the `regex` crate, which takes linear time, and to `fancy-regex`, which tracks back, where it has look-around, back
//! references, possessive quantifiers or atomic groups. What must stay true: a pattern means what it means in Java 17, or is
//! refused with Java's words; no text makes a search hang, it ends in [`MatchError`]; nothing here does I/O.
//! <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html>

mod error;
mod find;
mod limits;
mod pattern;
mod replacement;
mod split;
mod translate;

pub use error::{MatchError, PatternError, ReplacementError};
pub use find::{Found, Matches};
pub use limits::Limits;
pub use pattern::Pattern;
pub use replacement::Replacement;
