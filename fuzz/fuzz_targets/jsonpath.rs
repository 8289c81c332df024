//! A JSONPath and its document, as a mapping template takes them.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/api-gateway/tests/it/foreign_paths.rs"]
mod foreign_paths;

fuzz_target!(|bytes: &[u8]| {
    let _verdict = foreign_paths::as_path(bytes);
});
