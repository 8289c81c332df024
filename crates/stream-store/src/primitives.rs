//! The primitives that the writer's queue is made of. The tests compile the queue a second time with primitives that try every
//! interleaving of threads.

pub(crate) use std::sync::{Arc, Condvar, Mutex};
