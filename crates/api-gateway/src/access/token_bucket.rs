//! A token bucket: so many requests at once, so many each second over time.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
//!
//! What must stay true: it is one atomic number, the time at which the bucket will be full again, so taking a token never waits
//! for anybody; a bucket starts full, and is never fuller than its burst; a clock that is set back closes no bucket for longer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::model::ThrottleSettings;

const NANOS_PER_SECOND: f64 = 1e9;

/// Requests that come at once may have read the clock this far apart; more is a clock that was set back.
const SKEW_NANOS_MAX: u64 = 1_000_000_000;

/// A token bucket. Times are nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    /// How long it takes to fill one token; `None` when it never fills or holds none, so that nobody gets through.
    nanos_per_token: Option<u64>,
    /// How long it takes to fill all of it.
    nanos_to_fill: u64,
    full_at: AtomicU64,
}

impl TokenBucket {
    /// A full bucket. A rate or a burst of zero lets nobody through.
    pub(crate) fn of(settings: ThrottleSettings) -> Self {
        let burst = u64::try_from(settings.burst_limit).unwrap_or(0);
        #[expect(
            clippy::cast_sign_loss,
            reason = "clamped: too fast to tell apart is 1 ns, too slow is 30 years"
        )]
        let nanos = (NANOS_PER_SECOND / settings.rate_limit).ceil().clamp(1.0, 1e18) as u64;
        let gives_any = settings.rate_limit > 0.0 && burst > 0;
        Self {
            nanos_per_token: gives_any.then_some(nanos),
            nanos_to_fill: nanos.saturating_mul(burst),
            full_at: AtomicU64::new(0),
        }
    }

    /// Takes a token; `false` when there is none.
    pub(crate) fn take(&self, now: Duration) -> bool {
        let Some(nanos_per_token) = self.nanos_per_token else { return false };
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let latest = now.saturating_add(self.nanos_to_fill);
        let taken = |full_at: u64| {
            // Of a bucket that was empty a moment ago, this is `latest`.
            let was_set_back = full_at > latest.saturating_add(SKEW_NANOS_MAX);
            let full_at = if was_set_back { now } else { full_at };
            let after = full_at.max(now).saturating_add(nanos_per_token);
            (after <= latest).then_some(after)
        };
        self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bucket(rate_limit: f64, burst_limit: i64) -> TokenBucket {
        TokenBucket::of(ThrottleSettings { burst_limit, rate_limit })
    }

    /// How many of `tries` at once get through.
    fn taken(bucket: &TokenBucket, tries: usize, now: Duration) -> usize {
        (0..tries).filter(|_| bucket.take(now)).count()
    }

    #[test]
    fn a_burst_gets_through_and_then_the_rate() {
        let bucket = bucket(2.0, 5);
        let start = Duration::from_secs(1_700_000_000);
        assert_eq!(taken(&bucket, 20, start), 5);
        assert_eq!(taken(&bucket, 20, start + Duration::from_millis(499)), 0);
        assert_eq!(taken(&bucket, 20, start + Duration::from_millis(500)), 1);
        assert_eq!(taken(&bucket, 20, start + Duration::from_millis(1_500)), 2);
        assert_eq!(taken(&bucket, 20, start + Duration::from_hours(1)), 5, "never fuller than the burst");
    }

    #[test]
    fn a_clock_that_is_set_back_closes_no_bucket() {
        let bucket = bucket(1.0, 3);
        let earlier = Duration::from_secs(1_700_000_000);
        let start = earlier + Duration::from_hours(1);
        assert_eq!(taken(&bucket, 5, start + Duration::from_millis(500)), 3);
        assert_eq!(taken(&bucket, 5, start), 0, "read by another thread a moment ago");
        assert_eq!(taken(&bucket, 5, earlier), 3);
        assert_eq!(taken(&bucket, 5, earlier + Duration::from_secs(1)), 1);
    }

    #[test]
    fn without_a_rate_or_a_burst_nobody_gets_through() {
        let now = Duration::from_secs(1_700_000_000);
        for (rate, burst) in [(0.0, 5), (5.0, 0), (-1.0, 5), (5.0, -1), (f64::NAN, 5)] {
            assert_eq!(taken(&bucket(rate, burst), 3, now), 0, "{rate} {burst}");
        }
    }

    proptest! {
        #[test]
        fn no_more_get_through_than_burst_and_rate_allow(
            rate in 1_u32..5_000,
            burst in 1_i64..50,
            waits in prop::collection::vec(0_u64..400, 1..200),
        ) {
            let bucket = bucket(f64::from(rate), burst);
            let start = Duration::from_secs(1_700_000_000);
            let mut passed = Duration::ZERO;
            let mut through = 0_u64;
            for wait in waits {
                passed += Duration::from_micros(wait);
                through += u64::from(bucket.take(start + passed));
            }
            let most = burst as f64 + passed.as_secs_f64() * f64::from(rate);
            prop_assert!(through as f64 <= most + 1e-6, "{through} of {most}");
        }
    }
}
