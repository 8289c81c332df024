//! How often a method may be called by everybody together: what a stage's method settings say.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
//!
//! What must stay true: each method has a bucket of its own, also where the settings of all methods (`*/*`) fill it.

use super::token_bucket::TokenBucket;
use crate::limits::{ACCOUNT_BURST, ACCOUNT_RATE};
use crate::model::{MethodSetting, ThrottleSettings};

/// The bucket of a method with these settings; `None` when they do not throttle it. What they leave out, or set to -1, is the
/// account's limit.
pub(super) fn of_setting(setting: Option<&MethodSetting>) -> Option<TokenBucket> {
    let setting = setting?;
    let rate = setting.throttling_rate_limit.filter(|rate| *rate >= 0.0);
    let burst = setting.throttling_burst_limit.filter(|burst| *burst >= 0);
    if rate.is_none() && burst.is_none() {
        return None;
    }
    let settings = ThrottleSettings {
        rate_limit: rate.unwrap_or(ACCOUNT_RATE),
        burst_limit: burst.unwrap_or(ACCOUNT_BURST),
    };
    Some(TokenBucket::of(settings))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// How many of ten thousand requests at once get through.
    fn through(rate: Option<f64>, burst: Option<i64>) -> usize {
        let setting = MethodSetting {
            throttling_rate_limit: rate,
            throttling_burst_limit: burst,
            ..MethodSetting::default()
        };
        let now = Duration::from_secs(1_700_000_000);
        match of_setting(Some(&setting)) {
            Some(bucket) => (0..10_000).filter(|_| bucket.take(now)).count(),
            None => 10_000,
        }
    }

    #[test]
    fn what_settings_leave_out_is_the_accounts_limit() {
        assert_eq!(through(None, None), 10_000, "not throttled");
        assert_eq!(through(Some(-1.0), Some(-1)), 10_000, "not throttled");
        assert_eq!(through(Some(5.0), Some(3)), 3);
        assert_eq!(through(Some(5.0), None), 5_000);
        assert_eq!(through(None, Some(7)), 7);
        assert_eq!(through(Some(0.0), None), 0);
    }
}
