//! What tests share: running the built program, Python, Node and Java with AWS's clients, the recorded corpus.
//!
//! Development only. What must stay true: nothing in here knows a crate of the product, so a test that uses only this
//! kit proves the program from outside.

mod java;
mod node;
mod program;
mod python;
mod tool;
mod wait;

pub use java::{Java, java};
pub use node::{Node, node};
pub use program::{Finished, Program, run};
pub use python::{Python, python};
pub use wait::wait_until;
