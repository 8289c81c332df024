//! The service as its clients see it: requests in each protocol, answers, and errors under the name that each protocol has.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod bad_input;
mod harness;
mod listing;
mod metric_data;
