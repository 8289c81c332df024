//! Frames with any fields and right checksums: opened, read and checked, or refused by name.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "the other targets use the rest")]
#[path = "../../crates/stream-store/tests/it/foreign_segments.rs"]
mod foreign_segments;

fuzz_target!(|bytes: &[u8]| foreign_segments::signed_frames(bytes));
