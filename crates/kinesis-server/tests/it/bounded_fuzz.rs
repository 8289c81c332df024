//! The short run of the fuzz target: tokens made by seeded dice, the same in every run. Long runs are `cargo fuzz`
//! (CONTRIBUTING.md).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::foreign_tokens::as_every_token;

const TOKENS_COUNT: usize = 1_500;
/// A little more than the payload of any token.
const PAYLOAD_BYTES_MAX: usize = 64;

#[test]
fn what_is_signed_here_gets_past_the_signature() {
    // Signed, of the present, of the first stream, an iterator: shard 0 from its trim horizon.
    let iterator = [&[1 | 2 | 4 | (1 << 3)][..], &[0, 0, 0, 0, 1], &[0; 8], b"orders"].concat();
    assert_eq!(as_every_token(&iterator), [200, 400, 400, 400]);
}

#[test]
fn foreign_tokens_are_answered() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..TOKENS_COUNT {
        let length = random.next_u32() as usize % PAYLOAD_BYTES_MAX;
        let mut bytes = vec![0; length];
        random.fill_bytes(&mut bytes);
        // Numbers in tokens are small, so most of their bytes are zeros; and the last bytes are a name.
        for (place, byte) in bytes.iter_mut().enumerate().skip(1) {
            match random.next_u32() % 4 {
                0 => *byte = 0,
                1 if place > 30 => *byte = b'a',
                _ => {}
            }
        }
        as_every_token(&bytes);
    }
}
