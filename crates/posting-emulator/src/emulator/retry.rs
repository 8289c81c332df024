//! When a PUT that failed is tried again, and after what pause.

use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Exponential backoff: the pause before retry n is between half and all of `pause_first` * 2^n, at most `pause_max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often one record is tried again before it is given up.
    pub count_max: u32,
    /// The longest first pause.
    pub pause_first: Duration,
    /// The longest of all pauses.
    pub pause_max: Duration,
}

impl Default for Retries {
    /// Five retries over about three seconds.
    fn default() -> Self {
        Self { count_max: 5, pause_first: Duration::from_millis(100), pause_max: Duration::from_secs(5) }
    }
}

impl Retries {
    /// The pause before retry number `retry`, counted from 0. The random part keeps many clients from coming back at once.
    pub(super) fn pause(&self, retry: u32, jitter: &mut ChaCha8Rng) -> Duration {
        let longest =
            self.pause_first.saturating_mul(1_u32.checked_shl(retry).unwrap_or(u32::MAX)).min(self.pause_max);
        longest.mul_f64(jitter.random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn pauses_double_with_jitter_up_to_the_longest() {
        let retries = Retries::default();
        let mut jitter = ChaCha8Rng::seed_from_u64(1);
        for (retry, longest) in
            [(0, 100), (1, 200), (2, 400), (5, 3_200), (6, 5_000), (31, 5_000), (4_000, 5_000)]
        {
            let pause = retries.pause(retry, &mut jitter);
            let longest = Duration::from_millis(longest);
            assert!(pause <= longest && pause >= longest / 2, "retry {retry}: {pause:?}");
        }
    }
}
