//! What this crate answers, beside what Java answers.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops there, and says what it passed over"
)]

mod java;
mod refusals;
