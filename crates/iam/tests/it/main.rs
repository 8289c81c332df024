//! Principals across restarts, who may call, and what they may do.

mod authentication;
mod authorization;
mod clients;
mod identity_policies;
mod listener;
mod model;
mod persistence;
mod policy_properties;
mod services;
mod sessions;
mod wire;

use std::time::{Duration, SystemTime};

use alluvium_clock::Clock;

/// A clock that starts at 2026-01-02T03:04:05Z and follows tokio's.
pub(crate) fn clock() -> Clock {
    Clock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045))
}

/// The account of all tests.
pub(crate) const ACCOUNT: &str = "000000000000";
