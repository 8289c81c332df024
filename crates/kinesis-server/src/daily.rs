//! How often a stream may be changed within a day, with `limits: aws`. Counts begin anew with the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use alluvium_kinesis_model::{Exception, ExceptionKind};
use alluvium_stream_store::Stream;

use crate::limits::{DAY, ENCRYPTION_UPDATES_PER_DAY, MODE_UPDATES_PER_DAY, SHARD_COUNT_UPDATES_PER_DAY};
use crate::options::Limits;
use crate::server::Server;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum DailyChange {
    UpdateShardCount,
    UpdateStreamMode,
    StartStreamEncryption,
    StopStreamEncryption,
}

impl DailyChange {
    fn count_max(self) -> usize {
        match self {
            Self::UpdateShardCount => SHARD_COUNT_UPDATES_PER_DAY,
            Self::UpdateStreamMode => MODE_UPDATES_PER_DAY,
            Self::StartStreamEncryption | Self::StopStreamEncryption => ENCRYPTION_UPDATES_PER_DAY,
        }
    }
}

/// When each stream, by the store's number, was changed within the last day, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct DailyChanges(Mutex<HashMap<(u64, DailyChange), VecDeque<i64>>>);

impl Server {
    /// Counts one more change of a stream, or refuses it when there were too many within a day. Ask when nothing else can
    /// refuse it any more.
    pub(crate) fn count_daily(&self, stream: &Stream, change: DailyChange) -> Result<(), Exception> {
        if self.options.limits == Limits::None {
            return Ok(());
        }
        let now_millis = self.clock.now_millis();
        let day_millis = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
        let mut all = self.daily.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, times| times.back().is_some_and(|last| now_millis - last < day_millis));
        let times = all.entry((stream.id, change)).or_default();
        while times.front().is_some_and(|first| now_millis - first >= day_millis) {
            times.pop_front();
        }
        if times.len() < change.count_max() {
            times.push_back(now_millis);
            return Ok(());
        }
        let (name, account_id, count_max) = (&stream.name, &self.options.account_id, change.count_max());
        let text = format!(
            "This request would exceed the limit of {count_max} successful {change:?} calls within 24 hours for stream {name} \
             under account {account_id}."
        );
        Err(Exception::new(ExceptionKind::LimitExceeded, text))
    }
}
