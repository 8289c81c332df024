//! The short run of the fuzz targets: bytes by seeded dice, the same in every run. Long runs are `cargo fuzz`
//! (CONTRIBUTING.md).

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

use crate::foreign_segments::{raw_segment, signed_footer, signed_frames};

const INPUTS: u64 = 300;

/// Bytes of which many are small, as in numbers that make sense.
fn some_bytes(seed: u64) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut bytes = vec![0; random.random_range(0..1_200)];
    random.fill_bytes(&mut bytes);
    let small = random.random_range(0.0..1.0);
    for byte in &mut bytes {
        if random.random_bool(small) {
            *byte = [0, 0, 0, 1, 2, 255][random.random_range(0..6)];
        }
    }
    bytes
}

#[test]
fn foreign_segments_are_refused_and_panic_nobody() {
    for seed in 0..INPUTS {
        let bytes = some_bytes(seed);
        raw_segment(&bytes);
        signed_frames(&bytes);
        signed_footer(&bytes);
    }
}
