//! Runs a pipeline to its end, beginning anew after errors that may pass.

use std::sync::Arc;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::{KinesisClient, Pacing};
use tokio::sync::{mpsc, watch};

use super::control::Command;
use super::worker::Worker;
use super::{BatchProgress, PipelineControl, PipelineError, PipelineFailure, PipelineReport};
use crate::clean::Cleaner;
use crate::definition::{ConsumerOptions, PipelineDefinition};
use crate::limits::{RESTART_BACKOFF_FIRST, RESTART_BACKOFF_MAX, RESTARTS_MAX};

/// What a pipeline needs of the program around it.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Name of this worker, which the loser of a race for a shard is told: host and process, say.
    pub worker: String,
    /// How often shards are asked for records.
    pub pacing: Pacing,
    /// The time.
    pub clock: Clock,
}

/// Runs the pipeline until `control` ends it, its trigger is `AvailableNow` and all is done, or it fails for good. Every batch
/// that is committed is told to `progress`, unless the channel is full.
pub async fn run_pipeline(
    definition: &PipelineDefinition,
    client: &KinesisClient,
    control: &PipelineControl,
    progress: mpsc::Sender<BatchProgress>,
    options: &RunOptions,
) -> Result<PipelineReport, PipelineFailure> {
    let mut report = PipelineReport { pipeline: definition.name.clone(), ..PipelineReport::default() };
    let outcome = run(definition, client, control, progress, options, &mut report).await;
    if let ConsumerOptions::FanOut { name, deregister: true } = &definition.source.consumer {
        deregister(client, definition, name).await;
    }
    match outcome {
        Ok(()) => Ok(report),
        Err(error) => Err(PipelineFailure { error, report }),
    }
}

async fn run(
    definition: &PipelineDefinition,
    client: &KinesisClient,
    control: &PipelineControl,
    progress: mpsc::Sender<BatchProgress>,
    options: &RunOptions,
    report: &mut PipelineReport,
) -> Result<(), PipelineError> {
    let cleaner = Arc::new(Cleaner::prepare(definition)?);
    let mut command = control.listen();
    let worker = Worker { definition, cleaner, command: command.clone(), progress, options };
    let mut failures = 0;
    loop {
        let batches_before = report.batches;
        let Err(error) = worker.run(client, report).await else {
            return Ok(());
        };
        if !error.is_transient() {
            return Err(error);
        }
        failures = if report.batches > batches_before { 1 } else { failures + 1 };
        if failures > RESTARTS_MAX {
            return Err(PipelineError::GivenUp { attempts: failures, last: Box::new(error) });
        }
        let wait = (RESTART_BACKOFF_FIRST * 2_u32.pow(failures - 1)).min(RESTART_BACKOFF_MAX);
        tracing::warn!(pipeline = %definition.name, %error, failures, ?wait, "the pipeline failed and begins anew");
        report.restarts += 1;
        if stopped_within(&mut command, wait).await {
            return Ok(());
        }
    }
}

/// Takes the registered consumer away. That it stays costs something at Amazon and harms nothing, so it is only told.
async fn deregister(client: &KinesisClient, definition: &PipelineDefinition, name: &str) {
    let deregistered = async {
        let stream = client.stream_identity(&definition.source.stream).await?;
        client.deregister_consumer(&stream, name).await
    };
    if let Err(error) = deregistered.await {
        tracing::warn!(pipeline = %definition.name, consumer = name, %error, "the consumer is still registered");
    }
}

/// Waits; says whether the pipeline was told to stop meanwhile.
async fn stopped_within(command: &mut watch::Receiver<Command>, wait: Duration) -> bool {
    tokio::time::timeout(wait, command.wait_for(|command| *command == Command::Stop)).await.is_ok()
}
