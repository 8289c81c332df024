//! Load on a server, as all figures of bench/README.md are taken: requests made before, connections that send one after
//! another, and what the server's process spent meanwhile.
//!
//! What must stay true: the load does as little work as can be, and none of it on the server's core; every answer is looked at.

mod client;
mod load;
mod prepared;
mod process;

pub use client::{Connection, Kept};
pub use load::{Outcome, run};
pub use prepared::Prepared;
pub use process::{Process, Usage, own_usage, pin_self};
