//! What a run has done so far, and what it did in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use super::StopReason;
use super::latency::LatencyReport;
use super::put::PutError;
use crate::feed::Feed;
use crate::limits::{ERROR_KINDS_MAX, ERROR_SAMPLE_CHARS_MAX};

/// A run as far as it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// One per feed, in the source's order.
    pub streams: Vec<StreamProgress>,
}

/// What became of the records of one stream so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamProgress {
    /// The feed's short name.
    pub label: String,
    /// The stream.
    pub stream: String,
    /// Records that the server acknowledged.
    pub acknowledged: u64,
    /// Records that were given up.
    pub errors: u64,
    /// PUTs that were tried again.
    pub retries: u64,
}

impl Progress {
    pub(super) fn new<'a>(feeds: impl Iterator<Item = &'a Feed>) -> Self {
        let streams = feeds.map(|feed| StreamProgress {
            label: feed.label.clone(),
            stream: feed.stream.clone(),
            ..StreamProgress::default()
        });
        Self { streams: streams.collect() }
    }

    /// Posts of which every record was acknowledged or given up.
    pub fn posts(&self) -> u64 {
        self.streams.iter().map(|stream| stream.acknowledged + stream.errors).min().unwrap_or(0)
    }

    /// Acknowledged records of all streams.
    pub fn acknowledged(&self) -> u64 {
        self.streams.iter().map(|stream| stream.acknowledged).sum()
    }

    /// Given up records of all streams.
    pub fn errors(&self) -> u64 {
        self.streams.iter().map(|stream| stream.errors).sum()
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// Posts of which every record was acknowledged or given up.
    pub posts: u64,
    /// One per feed, in the source's order.
    pub streams: Vec<StreamReport>,
    /// Why records were given up, the most frequent first.
    pub errors: Vec<ErrorTally>,
    /// How long the acknowledged PUTs took.
    pub latency: LatencyReport,
    /// From the start of the run to its end.
    pub elapsed: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// What became of the records of one stream.
pub type StreamReport = StreamProgress;

/// One kind of error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorTally {
    /// Such as `HTTP 403`, `connection`, or the `__type` of an error body.
    pub kind: String,
    /// How many records were given up for it.
    pub count: u64,
    /// The text of the first one.
    pub sample: String,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// All posts that were asked for were made, with or without errors.
    Completed,
    /// The caller cancelled it.
    Cancelled,
    /// It could not go on.
    Stopped(StopReason),
}

impl Report {
    pub(super) fn new(
        progress: &Progress,
        tallies: impl Iterator<Item = ErrorTallies>,
        latency: LatencyReport,
        elapsed: Duration,
        outcome: Outcome,
    ) -> Self {
        let mut all = ErrorTallies::default();
        for tally in tallies.flat_map(|tallies| tallies.by_kind) {
            all.add(tally.0, &tally.1.sample, tally.1.count);
        }
        let mut errors: Vec<ErrorTally> = all.by_kind.into_values().collect();
        errors.sort_by_key(|tally| std::cmp::Reverse(tally.count));
        Self { posts: progress.posts(), streams: progress.streams.clone(), errors, latency, elapsed, outcome }
    }

    /// Acknowledged records of all streams.
    pub fn acknowledged(&self) -> u64 {
        self.streams.iter().map(|stream| stream.acknowledged).sum()
    }

    /// Given up records of all streams.
    pub fn error_count(&self) -> u64 {
        self.streams.iter().map(|stream| stream.errors).sum()
    }
}

/// Errors of one lane by kind; bounded, since a kind may be a server's own text.
#[derive(Debug, Default)]
pub(super) struct ErrorTallies {
    by_kind: BTreeMap<String, ErrorTally>,
}

impl ErrorTallies {
    pub(super) fn count(&mut self, error: &PutError) {
        self.add(error.kind(), &error.to_string(), 1);
    }

    fn add(&mut self, kind: String, sample: &str, count: u64) {
        let is_full = self.by_kind.len() >= ERROR_KINDS_MAX && !self.by_kind.contains_key(&kind);
        let kind = if is_full { "other".to_owned() } else { kind };
        let tally = self.by_kind.entry(kind.clone()).or_insert_with(|| ErrorTally {
            kind,
            count: 0,
            sample: sample.chars().take(ERROR_SAMPLE_CHARS_MAX).collect(),
        });
        tally.count += count;
    }
}
