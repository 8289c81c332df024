//! What tests share: running the built program, a Python with AWS's clients, the recorded corpus.
//!
//! Development only. What must stay true: nothing in here knows a crate of the product, so a test that uses only this
//! kit proves the program from outside.

mod program;
mod python;
mod wait;

pub use program::{Finished, Program, run};
pub use python::{Python, python};
pub use wait::wait_until;
