//! The built program from outside: no product code in here, only its command line, its sockets and its files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod cleaning;
mod clients;
mod command_line;
mod control_plane;
mod demo;
mod java;
mod listener;
mod metrics;
mod on_purpose;
mod other_kinesis;
mod parts;
mod program;
mod queries;
mod rest_api;
mod roles;
mod running;
mod rust_sdk;
mod sources;
mod stopping;
mod store_command;
mod survives;
mod tls;
mod wire_client;
