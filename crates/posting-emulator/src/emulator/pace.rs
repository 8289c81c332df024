//! How fast posts follow each other.

use std::str::FromStr;
use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use thiserror::Error;
use tokio::time::Instant;

/// A slower run than this behind its schedule is not caught up with, lest a pause end in a burst.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// The longest pause of a human, in milliseconds.
const HUMAN_PAUSE_MILLIS_MAX: u64 = 2_000;

/// How fast posts follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// As fast as the server takes them.
    Unlimited,
    /// So many posts per second, evenly spread.
    PerSecond(f64),
    /// As people do: a pause of 0 to 2 s, evenly distributed, before each post.
    Human,
}

/// Text that is no rate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no rate; give posts per second such as 50 or 0.5, or `human`, or `max`")]
pub struct RateError(String);

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        match text {
            "max" => Ok(Self::Unlimited),
            "human" => Ok(Self::Human),
            _ => match text.parse::<f64>() {
                // Below this a pause does not fit a Duration.
                Ok(rate) if rate.is_finite() && rate >= 1e-6 => Ok(Self::PerSecond(rate)),
                _ => Err(RateError(text.to_owned())),
            },
        }
    }
}

/// Waits before each post so that a rate is kept.
pub(super) struct Pacer {
    rate: Rate,
    burst: Option<u32>,
    pauses: ChaCha8Rng,
    due: Option<Instant>,
}

impl Pacer {
    /// After a quiet time up to `burst` posts go at once; without one what is less than a second late is caught up with.
    pub(super) fn new(rate: Rate, burst: Option<u32>, pauses: ChaCha8Rng) -> Self {
        Self { rate, burst, pauses, due: None }
    }

    /// Returns when the next post is due. Being cancelled while waiting loses that post's turn, nothing else.
    pub(super) async fn wait(&mut self) {
        match self.rate {
            Rate::Unlimited => {}
            Rate::Human => {
                let pause = self.pauses.random_range(0..=HUMAN_PAUSE_MILLIS_MAX);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            Rate::PerSecond(posts) => {
                let now = Instant::now();
                let gap = Duration::from_secs_f64(1.0 / posts);
                let next = self.due.map(|last| last + gap);
                let due = match (self.burst, next) {
                    // As if the last post had been long enough ago for the whole burst.
                    (Some(burst), next) => {
                        let full =
                            now.checked_sub(gap.saturating_mul(burst.saturating_sub(1))).unwrap_or(now);
                        next.map_or(full, |next| next.max(full))
                    }
                    (None, Some(next)) if now.duration_since(next) <= CATCH_UP_MAX => next,
                    (None, _) => now,
                };
                self.due = Some(due);
                tokio::time::sleep_until(due).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// The seconds at which each of `posts` posts is made, rounded to tenths.
    async fn check(rate: &str, posts: usize, expected: &str) {
        let mut pacer = Pacer::new(rate.parse().unwrap(), None, ChaCha8Rng::seed_from_u64(7));
        let start = Instant::now();
        let mut moments = Vec::new();
        for _ in 0..posts {
            pacer.wait().await;
            moments.push(format!("{:.1}", start.elapsed().as_secs_f64()));
        }
        assert_eq!(moments.join(" "), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn posts_per_second_are_evenly_spread() {
        check("2", 4, "0.0 0.5 1.0 1.5").await;
    }

    #[tokio::test(start_paused = true)]
    async fn max_never_waits() {
        check("max", 3, "0.0 0.0 0.0").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_human_pauses_up_to_two_seconds_one_on_average() {
        let mut pacer = Pacer::new(Rate::Human, None, ChaCha8Rng::seed_from_u64(7));
        let start = Instant::now();
        for _ in 0..1_000 {
            let before = Instant::now();
            pacer.wait().await;
            assert!(before.elapsed() <= Duration::from_millis(HUMAN_PAUSE_MILLIS_MAX + 2));
        }
        let mean = start.elapsed().as_secs_f64() / 1_000.0;
        assert!((0.9..1.1).contains(&mean), "{mean}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_stall_is_not_caught_up_with_in_a_burst() {
        let mut pacer = Pacer::new(Rate::PerSecond(10.0), None, ChaCha8Rng::seed_from_u64(7));
        pacer.wait().await;
        tokio::time::advance(Duration::from_mins(1)).await;
        pacer.wait().await;
        let after_stall = Instant::now();
        pacer.wait().await;
        assert!(after_stall.elapsed() >= Duration::from_millis(99));
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_at_the_start_and_after_a_quiet_time() {
        let mut pacer = Pacer::new(Rate::PerSecond(10.0), Some(3), ChaCha8Rng::seed_from_u64(7));
        tokio::time::advance(Duration::from_mins(1)).await;
        let start = Instant::now();
        let mut moments = Vec::new();
        for post in 0..8 {
            if post == 5 {
                tokio::time::advance(Duration::from_secs(1)).await;
            }
            pacer.wait().await;
            moments.push(format!("{:.1}", start.elapsed().as_secs_f64()));
        }
        assert_eq!(moments.join(" "), "0.0 0.0 0.0 0.1 0.2 1.2 1.2 1.2");
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "fast", "0", "-1", "inf", "NaN", "1e-300"] {
            assert_eq!(text.parse::<Rate>(), Err(RateError(text.to_owned())));
        }
        assert_eq!("0.5".parse(), Ok(Rate::PerSecond(0.5)));
    }
}
