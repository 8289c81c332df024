//! Waiting for something outside the test's process to become true.

use std::thread;
use std::time::{Duration, Instant};

/// The longest wait before a test calls it hung.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the condition is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// Waits until the condition holds; for conditions of another process, which can notify nobody.
///
/// # Panics
/// When it does not hold in time.
#[expect(clippy::disallowed_methods, reason = "waits for another process, whose time no test can pause")]
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "it never came true that {what}");
        thread::sleep(INTERVAL);
    }
}
