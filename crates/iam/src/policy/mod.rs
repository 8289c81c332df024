//! Policy documents: read once into statements that cannot be wrong, then asked about requests. The grammar is
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
//!
//! What must stay true: a policy that this crate accepts is enforced in full. What it cannot decide (an operator or a key that
//! it does not know) is refused when the policy is read, never skipped when it is asked.

mod condition;
mod condition_reader;
mod document;
mod pattern;
mod principal;
mod reader;
mod statement;

pub use document::{PolicyError, ResourcePolicy};
pub use pattern::matches_pattern;
pub use statement::{Effect, Statement};
