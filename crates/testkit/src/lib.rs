//! What tests share: running the built program, Python, Node and Java with AWS's clients, database servers, a recording of what the program says, to
//! search for secrets, and seeded numbers and seeds for tests of foreign input.
//!
//! Development only. What must stay true: nothing in here knows a crate of the product, so a test that uses only this
//! kit proves the program from outside.

mod database;
mod dice;
mod java;
mod node;
mod program;
mod python;
mod recording;
mod secrets;
mod seeds;
mod tool;
mod wait;

pub use database::{DATABASE_NAME, DATABASE_PASSWORD, DATABASE_USER, DatabaseServer, mariadb, postgresql};
pub use dice::Dice;
pub use java::{Java, java};
pub use node::{Node, node};
pub use program::{Finished, Program, run};
pub use python::{Python, python};
pub use recording::{RECORDING_VARIABLE, record_answer, record_output, secret_in_use};
pub use secrets::{SECRET_BYTES_MIN, SecretSearch, search_for_secrets};
pub use seeds::seeds;
pub use wait::wait_until;
