//! A token bucket that holds one second's worth, refilled by tokio's clock.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket. What is spent beyond what is in it is a debt, and while there is one nothing more is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    per_sec: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn full(per_sec: u32, now: Instant) -> Self {
        Self { per_sec: per_sec.into(), level: per_sec.into(), at: now }
    }

    /// Whether `amount` is in it. More than a whole bucket counts as a whole bucket, or it could never be had.
    pub(crate) fn has(&mut self, amount: usize, now: Instant) -> bool {
        self.refill(now);
        self.level >= (amount as f64).min(self.per_sec)
    }

    /// Takes `amount` out, whether it is there or not.
    pub(crate) fn spend(&mut self, amount: usize) {
        self.level -= amount as f64;
    }

    /// Takes out what turned out to be more than was known before: a whole bucket and more costs all the time that it is
    /// worth, so 10 MiB at 2 MiB per second cost five seconds, and twice as much to two who were let in together.
    pub(crate) fn spend_afterwards(&mut self, amount: usize) {
        let amount = amount as f64;
        let level = if amount > self.per_sec { self.level.min(0.0) } else { self.level };
        self.level = level - amount;
    }

    /// When the debt is paid; `None` when there is none.
    pub(crate) fn paid_at(&mut self, now: Instant) -> Option<Instant> {
        self.refill(now);
        // A millisecond more, so that rounding never makes it too early.
        (self.level < 0.0)
            .then(|| now + Duration::from_secs_f64(-self.level / self.per_sec) + Duration::from_millis(1))
    }

    /// When it was last looked at.
    pub(crate) fn used_at(&self) -> Instant {
        self.at
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + elapsed * self.per_sec).min(self.per_sec);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_is_worth_what_the_bucket_holds() {
        let start = Instant::now();
        let mut bucket = Bucket::full(10, start);
        assert!(bucket.has(10, start));
        bucket.spend(10);
        assert!(!bucket.has(1, start));
        assert!(bucket.has(1, start + Duration::from_millis(101)));
        assert!(!bucket.has(10, start + Duration::from_millis(900)));
        assert!(bucket.has(10, start + Duration::from_secs(9)));
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_a_bucket_can_be_had_from_a_full_one_and_is_paid_afterwards() {
        let start = Instant::now();
        let mut bucket = Bucket::full(10, start);
        assert!(bucket.has(100, start));
        bucket.spend(100);
        assert!(!bucket.has(1, start + Duration::from_secs(9)));
        assert!(bucket.has(1, start + Duration::from_millis(9_101)));

        let mut bucket = Bucket::full(10, start);
        bucket.spend_afterwards(50);
        let paid_at = bucket.paid_at(start).expect("a debt");
        assert_eq!(paid_at, start + Duration::from_millis(5_001));
        assert_eq!(bucket.paid_at(paid_at), None);
    }

    #[tokio::test(start_paused = true)]
    async fn two_who_were_let_in_together_each_pay() {
        let start = Instant::now();
        let mut bucket = Bucket::full(10, start);
        assert!(bucket.has(1, start) && bucket.has(1, start));
        bucket.spend_afterwards(50);
        bucket.spend_afterwards(50);
        assert_eq!(bucket.paid_at(start), Some(start + Duration::from_millis(10_001)));
    }
}
