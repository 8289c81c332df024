//! A JSON body, read as every operation: it is taken, or refused in a way that the service knows.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/kinesis-model/tests/it/inputs.rs"]
mod inputs;

fuzz_target!(|body: &[u8]| inputs::read_json_as_all(body));
