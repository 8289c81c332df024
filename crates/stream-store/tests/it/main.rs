//! Integration tests of the stream store, through its public API: on real files, and on a disk that fails on demand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod bounded_fuzz;
mod control;
mod crash;
mod details;
mod faults;
mod following;
mod foreign_segments;
mod hand_over;
mod harness;
mod histories;
mod kill;
mod model;
mod reading;
mod recovery;
mod refused_alike;
mod removing;
mod resharding;
mod retention;
mod streams;
mod twice;
mod verifying;
mod zeros;

/// The product's queue, compiled with the primitives of the tests.
#[path = "../../src/queue.rs"]
mod queue;

/// Primitives whose threads take every turn that they may.
mod primitives {
    pub(crate) use shuttle::sync::{Arc, Condvar, Mutex};
}
