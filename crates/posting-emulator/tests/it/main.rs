//! The emulator from outside: real files, a real SQLite database, and a server on a port of its own that answers by script.

#![expect(clippy::unwrap_used, reason = "what a test's own set-up cannot do fails the test")]

mod credentials;
mod emulator;
mod scripted_server;
mod seed;
mod servers;
mod source;
