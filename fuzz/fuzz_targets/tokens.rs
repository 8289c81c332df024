//! Shard iterators and pagination tokens, most of them with a right signature, sent to a service.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/kinesis-server/tests/it/foreign_tokens.rs"]
mod foreign_tokens;

fuzz_target!(|bytes: &[u8]| drop(foreign_tokens::as_every_token(bytes)));
