//! Wall time for everything that is not a test of time itself.
//!
//! The time is one reading of the system's clock plus what tokio's clock has counted since, so a test that pauses tokio's
//! clock pauses the wall as well, and nothing here ever runs backwards. What must stay true: this is the only file of the
//! workspace that reads the system's clock; `clippy.toml` bans the call everywhere else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// A clock that hands out wall time. Cheap to clone; clones agree with each other.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall_at_start: SystemTime,
    started: Instant,
}

impl Clock {
    /// A clock set by the system's wall clock, read once, now.
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
    pub fn system() -> Self {
        Self::starting_at(SystemTime::now())
    }

    /// A clock that shows `wall` now and goes on from there; for tests and for replaying a recorded time.
    pub fn starting_at(wall: SystemTime) -> Self {
        Self { wall_at_start: wall, started: Instant::now() }
    }

    /// The wall time.
    pub fn now(&self) -> SystemTime {
        self.wall_at_start + self.started.elapsed()
    }

    /// The wall time in milliseconds since 1970-01-01T00:00:00Z, the unit of Kinesis's timestamps.
    pub fn now_millis(&self) -> i64 {
        millis_of(self.now())
    }

    /// The wall time since 1970-01-01T00:00:00Z.
    pub fn since_epoch(&self) -> Duration {
        self.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO)
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z; a time before that counts as negative.
pub fn millis_of(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_tokio_clock_pauses_the_wall() {
        let clock = Clock::starting_at(UNIX_EPOCH + Duration::from_millis(1_700_000_000_123));
        assert_eq!(clock.now_millis(), 1_700_000_000_123);
        tokio::time::advance(Duration::from_millis(1_500)).await;
        assert_eq!(clock.now_millis(), 1_700_000_001_623);
    }

    #[test]
    fn a_time_before_the_epoch_is_negative() {
        assert_eq!(millis_of(UNIX_EPOCH - Duration::from_secs(2)), -2_000);
    }
}
