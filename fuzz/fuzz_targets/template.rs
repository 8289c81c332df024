//! A mapping template, parsed and rendered within small limits.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/vtl/tests/it/foreign_templates.rs"]
mod foreign_templates;

fuzz_target!(|bytes: &[u8]| {
    let _verdict = foreign_templates::as_template(bytes);
});
