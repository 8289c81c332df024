//! How often each key of a usage plan was used, day by day, and what is left of its quota.
//!
//! What must stay true: two requests never take the same last one of a quota; a request counts in the day, of UTC, in which it
//! came; days older than [`USAGE_DAYS_MAX`] are forgotten.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use serde::{Deserialize, Serialize};

use super::quota_period::{Day, first_day};
use crate::limits::USAGE_DAYS_MAX;
use crate::model::QuotaSettings;

/// The usage of one key under one plan.
#[derive(Debug, Default)]
pub(crate) struct KeyUsage {
    days: RwLock<Days>,
    /// Whether it has changed since it was last written.
    is_unsaved: AtomicBool,
}

#[derive(Debug, Default)]
struct Days {
    today: Day,
    used_today: AtomicI64,
    /// The days before today that had requests.
    before: BTreeMap<Day, i64>,
    /// What UpdateUsage gave or took, within the period that begins on this day.
    granted: Option<Granted>,
}

/// What of a usage is written to the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredUsage {
    /// Requests by day; days are counted from 1970-01-01 in UTC.
    pub(crate) used: BTreeMap<Day, i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) granted: Option<Granted>,
}

/// Requests beyond a quota's limit, or fewer when negative, for one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Granted {
    pub(crate) period_begins: Day,
    pub(crate) requests: i64,
}

/// One day of GetUsage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayUsage {
    pub(crate) used: i64,
    /// What was left of the quota at the end of the day; `None` without a quota.
    pub(crate) remaining: Option<i64>,
}

impl KeyUsage {
    pub(crate) fn of(stored: StoredUsage) -> Self {
        let days = Days { before: stored.used, granted: stored.granted, ..Days::default() };
        Self { days: RwLock::new(days), is_unsaved: AtomicBool::new(false) }
    }

    /// Counts a request of `today`; `false`, and nothing counted, when the quota is used up.
    pub(crate) fn count(&self, quota: Option<&QuotaSettings>, today: Day) -> bool {
        let days = self.at(today);
        let room = quota.map(|quota| days.room(quota, days.today));
        let counted = |used: i64| match room {
            Some(room) if used >= room => None,
            _ => used.checked_add(1),
        };
        let is_counted = days.used_today.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted).is_ok();
        if is_counted && !self.is_unsaved.load(Ordering::Relaxed) {
            self.is_unsaved.store(true, Ordering::Release);
        }
        is_counted
    }

    /// What is left of the quota in the period of `today`.
    pub(crate) fn remaining(&self, quota: &QuotaSettings, today: Day) -> i64 {
        let days = self.at(today);
        days.room(quota, days.today) - days.used_today.load(Ordering::Relaxed)
    }

    /// Makes `remaining` what is left of the quota in the period of `today`.
    pub(crate) fn set_remaining(&self, quota: &QuotaSettings, today: Day, remaining: i64) {
        let left = self.remaining(quota, today);
        let mut days = self.days.write().unwrap_or_else(PoisonError::into_inner);
        let period_begins = first_day(quota, days.today);
        let before = days.granted.filter(|granted| granted.period_begins == period_begins);
        let requests = before.map_or(0, |granted| granted.requests).saturating_add(remaining - left);
        days.granted = Some(Granted { period_begins, requests });
        self.is_unsaved.store(true, Ordering::Release);
    }

    /// The usage of each day from `first` to `last`.
    pub(crate) fn report(
        &self,
        quota: Option<&QuotaSettings>,
        (first, last): (Day, Day),
        today: Day,
    ) -> Vec<DayUsage> {
        let days = self.at(today);
        (first..=last)
            .map(|day| DayUsage {
                used: days.used_on(day),
                remaining: quota.map(|quota| days.room(quota, day) - days.used_on(day)),
            })
            .collect()
    }

    /// What is to be written, when there is anything new; it counts as written then.
    pub(crate) fn take_unsaved(&self) -> Option<StoredUsage> {
        self.is_unsaved.swap(false, Ordering::AcqRel).then(|| self.stored())
    }

    /// Says that what was taken to be written was not.
    pub(crate) fn mark_unsaved(&self) {
        self.is_unsaved.store(true, Ordering::Release);
    }

    fn stored(&self) -> StoredUsage {
        let days = self.days.read().unwrap_or_else(PoisonError::into_inner);
        let mut used = days.before.clone();
        let used_today = days.used_today.load(Ordering::Relaxed);
        if used_today > 0 {
            *used.entry(days.today).or_default() += used_today;
        }
        StoredUsage { used, granted: days.granted }
    }

    /// The days, with `today` as the current one. Around midnight some requests are still of the day before; a day further back is
    /// a clock that was set back.
    fn at(&self, today: Day) -> RwLockReadGuard<'_, Days> {
        let is_current = |days: &Days| days.today == today || days.today == today + 1;
        {
            let days = self.days.read().unwrap_or_else(PoisonError::into_inner);
            if is_current(&days) {
                return days;
            }
        }
        let mut days = self.days.write().unwrap_or_else(PoisonError::into_inner);
        if !is_current(&days) {
            days.turn_to(today);
        }
        drop(days);
        self.days.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Days {
    /// Ends the current day.
    fn turn_to(&mut self, today: Day) {
        let used = std::mem::take(self.used_today.get_mut());
        if used > 0 {
            *self.before.entry(self.today).or_default() += used;
        }
        self.before = self.before.split_off(&(today - USAGE_DAYS_MAX));
        // A restart within a day finds that day among the earlier ones.
        *self.used_today.get_mut() = self.before.remove(&today).unwrap_or(0);
        self.today = today;
    }

    fn used_on(&self, day: Day) -> i64 {
        if day == self.today {
            return self.used_today.load(Ordering::Relaxed);
        }
        self.before.get(&day).copied().unwrap_or(0)
    }

    /// How many requests of `day` the quota has room for, after those of earlier days of the same period.
    fn room(&self, quota: &QuotaSettings, day: Day) -> i64 {
        let begins = first_day(quota, day);
        let earlier = begins..day;
        let today = if earlier.contains(&self.today) { self.used_on(self.today) } else { 0 };
        let used = self.before.range(earlier).map(|(_, used)| used).sum::<i64>().saturating_add(today);
        let granted = self.granted.filter(|granted| granted.period_begins == begins);
        quota.limit.saturating_add(granted.map_or(0, |granted| granted.requests)).saturating_sub(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::quota_period::day_of_text;
    use crate::model::QuotaPeriod;

    fn day(text: &str) -> Day {
        day_of_text(text).expect("a day")
    }

    fn quota(limit: i64, period: QuotaPeriod) -> QuotaSettings {
        QuotaSettings { limit, offset: 0, period: Some(period) }
    }

    fn counted(usage: &KeyUsage, quota: &QuotaSettings, tries: usize, day: Day) -> usize {
        (0..tries).filter(|_| usage.count(Some(quota), day)).count()
    }

    #[test]
    fn a_quota_counts_over_its_period_and_begins_anew_with_the_next() {
        let usage = KeyUsage::default();
        let week = quota(5, QuotaPeriod::Week);
        assert_eq!(counted(&usage, &week, 3, day("2023-11-14")), 3);
        assert_eq!(counted(&usage, &week, 9, day("2023-11-15")), 2);
        assert_eq!(usage.remaining(&week, day("2023-11-15")), 0);
        assert_eq!(counted(&usage, &week, 9, day("2023-11-18")), 0);
        assert_eq!(counted(&usage, &week, 9, day("2023-11-19")), 5, "a Sunday");
        let report = usage.report(Some(&week), (day("2023-11-13"), day("2023-11-16")), day("2023-11-19"));
        let seen: Vec<_> = report.iter().map(|day| (day.used, day.remaining)).collect();
        assert_eq!(seen, [(0, Some(5)), (3, Some(2)), (2, Some(0)), (0, Some(0))]);
    }

    #[test]
    fn what_was_granted_holds_for_its_period() {
        let usage = KeyUsage::default();
        let month = quota(2, QuotaPeriod::Month);
        let today = day("2023-11-14");
        assert_eq!(counted(&usage, &month, 9, today), 2);
        usage.set_remaining(&month, today, 3);
        assert_eq!(usage.remaining(&month, today), 3);
        assert_eq!(counted(&usage, &month, 9, today), 3);
        usage.set_remaining(&month, today, 0);
        assert_eq!(counted(&usage, &month, 9, day("2023-11-30")), 0);
        assert_eq!(counted(&usage, &month, 9, day("2023-12-01")), 2);
    }

    #[test]
    fn usage_goes_on_after_it_was_stored_and_read() {
        let usage = KeyUsage::default();
        let quota = quota(4, QuotaPeriod::Day);
        let today = day("2023-11-14");
        assert_eq!(usage.take_unsaved(), None);
        assert_eq!(counted(&usage, &quota, 3, today), 3);
        let stored = usage.take_unsaved().expect("something new");
        assert_eq!(usage.take_unsaved(), None, "nothing new since");
        let again = KeyUsage::of(stored);
        assert_eq!(counted(&again, &quota, 9, today), 1);
        assert_eq!(again.stored().used, BTreeMap::from([(today, 4)]));
    }

    #[test]
    fn a_clock_that_is_set_back_gives_the_quota_of_its_day_again() {
        let usage = KeyUsage::default();
        let quota = quota(3, QuotaPeriod::Day);
        assert_eq!(counted(&usage, &quota, 2, day("2023-11-14")), 2);
        assert_eq!(counted(&usage, &quota, 9, day("2030-01-01")), 3);
        assert_eq!(counted(&usage, &quota, 9, day("2029-12-31")), 0, "some moments before midnight");
        assert_eq!(counted(&usage, &quota, 9, day("2023-11-15")), 3);
        assert_eq!(usage.stored().used.get(&day("2023-11-15")), Some(&3));
    }

    #[test]
    fn old_days_are_forgotten() {
        let usage = KeyUsage::default();
        for day in 1..1_000 {
            assert!(usage.count(None, day));
        }
        let kept = i64::try_from(usage.stored().used.len()).expect("few");
        assert!(kept <= USAGE_DAYS_MAX + 1, "{kept}");
    }

    #[test]
    fn threads_together_take_exactly_the_quota() {
        let usage = KeyUsage::default();
        let quota = quota(1_000, QuotaPeriod::Day);
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| counted(&usage, &quota, 600, 19_000))).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends")).sum()
        });
        assert_eq!(taken, 1_000);
    }
}
