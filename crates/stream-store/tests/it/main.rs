//! Integration tests of the stream store, through its public API: on real files, and on a disk that fails on demand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod control;
mod crash;
mod details;
mod faults;
mod following;
mod harness;
mod histories;
mod kill;
mod model;
mod reading;
mod recovery;
mod resharding;
mod retention;
mod streams;
mod verifying;
