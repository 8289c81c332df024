//! One worker of a table: PUTs each row that it is given, one after the other, and keeps the count.

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::StopReason;
use super::ack_log::{AckLog, AckLogBroken};
use super::client::{HttpClient, RecordUrl};
use super::latency::Latencies;
use super::put::{Acknowledgement, PutError};
use super::report::{ErrorTallies, Progress, StreamProgress};
use super::retry::Retries;
use super::rows::Mark;
use crate::limits::{CONSECUTIVE_FAILURES_MAX, DRAIN_MAX};
use crate::source::SourceRow;

/// A row to be posted.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) row_number: u64,
    pub(super) row: SourceRow,
}

pub(super) struct Lane {
    /// The feed's number.
    pub(super) number: usize,
    pub(super) stream: String,
    pub(super) url: RecordUrl,
    pub(super) client: HttpClient,
    pub(super) retries: Retries,
    pub(super) jitter: ChaCha8Rng,
    pub(super) progress: watch::Sender<Progress>,
    pub(super) ack_log: AckLog,
    pub(super) mark: Mark,
    pub(super) stop: CancellationToken,
}

/// What is left of a lane that has ended.
#[derive(Debug)]
pub(super) struct LaneEnd {
    pub(super) errors: ErrorTallies,
    pub(super) latencies: Latencies,
    /// Why it could not go on, when it could not.
    pub(super) stopped: Option<StopReason>,
}

/// Why a lane cannot go on. The ack log's own error comes from its writer.
enum Broken {
    Stopped(StopReason),
    AckLog,
}

/// The body that the REST API's PutRecord takes. Its template uses Data and PartitionKey; the stream comes from the path.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RecordBody<'a> {
    stream_name: &'a str,
    data: &'a Map<String, Value>,
    partition_key: &'a str,
}

impl Lane {
    /// Works off `jobs` until there are no more. If it cannot go on it stops the whole run.
    pub(super) async fn run(mut self, jobs: mpsc::Receiver<Job>) -> LaneEnd {
        let mut errors = ErrorTallies::default();
        let mut latencies = Latencies::default();
        let stopped = match self.work_off(jobs, &mut errors, &mut latencies).await {
            Ok(()) => None,
            Err(broken) => {
                self.stop.cancel();
                match broken {
                    Broken::Stopped(reason) => Some(reason),
                    Broken::AckLog => None,
                }
            }
        };
        LaneEnd { errors, latencies, stopped }
    }

    async fn work_off(
        &mut self,
        mut jobs: mpsc::Receiver<Job>,
        errors: &mut ErrorTallies,
        latencies: &mut Latencies,
    ) -> Result<(), Broken> {
        let mut failures = 0;
        while let Some(Job { row_number, row }) = jobs.recv().await {
            let error = match self.put_until_answered(&row, latencies).await {
                Ok(acknowledgement) => {
                    // The line first: what is counted must be in the log.
                    self.ack_log
                        .append(&self.stream, acknowledgement)
                        .await
                        .map_err(|AckLogBroken| Broken::AckLog)?;
                    self.mark.done(row_number);
                    self.count(|stream| stream.acknowledged += 1);
                    failures = 0;
                    continue;
                }
                Err(error) => error,
            };
            self.count(|stream| stream.errors += 1);
            errors.count(&error);
            failures += 1;
            if matches!(error, PutError::Cancelled) {
                return Ok(());
            }
            if !self.stop.is_cancelled() {
                self.mark.done(row_number);
            }
            if failures >= CONSECUTIVE_FAILURES_MAX && !self.stop.is_cancelled() {
                let stream = self.stream.clone();
                return Err(Broken::Stopped(StopReason::Refused {
                    failures,
                    stream,
                    last: error.to_string(),
                }));
            }
        }
        Ok(())
    }

    /// One record, tried again after transient errors. After a cancellation nothing is tried again, and what is in flight
    /// may take [`DRAIN_MAX`].
    async fn put_until_answered(
        &mut self,
        row: &SourceRow,
        latencies: &mut Latencies,
    ) -> Result<Acknowledgement, PutError> {
        let body =
            RecordBody { stream_name: &self.stream, data: &row.data, partition_key: &row.partition_key };
        let body =
            Bytes::from(serde_json::to_vec(&body).expect("a JSON object with text keys has a text form"));
        let mut retry = 0;
        loop {
            let began = Instant::now();
            let answer = tokio::select! {
                answer = self.client.put(&self.url, body.clone()) => answer,
                () = drained(&self.stop) => return Err(PutError::Cancelled),
            };
            let error = match answer {
                Ok(acknowledgement) => {
                    latencies.count(began.elapsed());
                    return Ok(acknowledgement);
                }
                Err(error) => error,
            };
            if !error.is_transient() || retry >= self.retries.count_max {
                return Err(error);
            }
            let pause = self.retries.pause(retry, &mut self.jitter);
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(error),
                () = tokio::time::sleep(pause) => {}
            }
            retry += 1;
            self.count(|stream| stream.retries += 1);
            tracing::debug!(stream = %self.stream, retry, %error, "PUT tried again");
        }
    }

    fn count(&self, change: impl FnOnce(&mut StreamProgress)) {
        self.progress.send_modify(|progress| {
            if let Some(stream) = progress.streams.get_mut(self.number) {
                change(stream);
            }
        });
    }
}

async fn drained(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(DRAIN_MAX).await;
}
