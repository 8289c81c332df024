//! Policy documents: read once into statements that cannot be wrong, then asked about requests. The grammar is
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
//!
//! What must stay true: a policy that this crate accepts is enforced in full. What it cannot decide (an operator or a key that
//! it does not know) is refused when the policy is read, never skipped when it is asked.

mod comparison;
mod condition;
mod condition_reader;
mod document;
mod json;
mod key;
mod pattern;
mod principal;
mod reader;
mod situation;
mod statement;
mod text_pattern;

pub use document::{IdentityPolicy, PolicyError, ResourcePolicy, TrustPolicy};
pub use pattern::matches_pattern;
pub use statement::{Effect, Statement};

pub(crate) use document::Verdict;
pub(crate) use principal::Reach;
pub(crate) use situation::Situation;
