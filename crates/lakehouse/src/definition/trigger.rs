//! When a pipeline commits, and how much at once.

use std::time::Duration;

/// When a batch is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// What has arrived is committed at this interval, for ever.
    ProcessingTime(Duration),
    /// What there is now is committed, then the pipeline ends.
    AvailableNow,
    /// What there is now is committed as one batch, as far as it fits one, then the pipeline ends.
    Once,
}

/// When a batch is full before its time. The first limit that is met closes it; one record may pass the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most records in one commit, at least 1.
    pub records_max: usize,
    /// Most bytes of record data in one commit, at least 1.
    pub data_bytes_max: usize,
}

impl Default for Trigger {
    /// Every second.
    fn default() -> Self {
        Self::ProcessingTime(Duration::from_secs(1))
    }
}

impl Default for BatchLimits {
    /// 100,000 records or 32 MiB of data.
    fn default() -> Self {
        Self { records_max: 100_000, data_bytes_max: 32 << 20 }
    }
}
