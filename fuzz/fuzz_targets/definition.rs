//! A definition file, imported strictly and over the wire; what is taken is deployed, and what its stage exports is taken again.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/api-gateway/tests/it/foreign_definitions.rs"]
mod foreign_definitions;

fuzz_target!(|bytes: &[u8]| {
    assert!(foreign_definitions::as_definition(bytes).exports_are_taken);
});
