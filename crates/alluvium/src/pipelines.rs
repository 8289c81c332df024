//! The running pipelines of a configuration: each a task of its own, so that one that fails leaves the others alone.

use alluvium_clock::Clock;
use alluvium_lakehouse::{
    BatchProgress, Cleaner, PipelineControl, PipelineFailure, PipelineReport, RunOptions, Trigger,
    read_access_key, run_pipeline,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, PipelineConfig, directory_url};
use crate::failure::Failure;
use crate::server::KinesisEndpoint;

/// Progress messages that may wait to be logged; a pipeline never waits for the log.
const PROGRESS_QUEUE: usize = 64;

/// How a pipeline ended.
#[derive(Debug)]
pub(crate) struct PipelineEnd {
    /// The pipeline's name.
    pub(crate) name: String,
    /// What it did, or why it stopped.
    pub(crate) outcome: Result<PipelineReport, PipelineFailure>,
}

impl PipelineEnd {
    /// One line for people.
    pub(crate) fn line(&self) -> String {
        match &self.outcome {
            Ok(report) => format!(
                "pipeline {}: {} records, {} rows, {} quarantined{} in {} commits",
                self.name,
                report.input_rows,
                report.rows,
                report.quarantined,
                if report.dropped > 0 { format!(", {} dropped", report.dropped) } else { String::new() },
                report.batches
            ),
            Err(failure) => failure.to_string(),
        }
    }
}

/// How pipelines are started, where it is not as their definitions say.
#[derive(Debug, Default)]
pub(crate) struct StartOptions {
    /// In place of the pipelines' own trigger.
    pub(crate) trigger: Option<Trigger>,
    /// What the loser of a race for a batch is told about this worker; the process id by default.
    pub(crate) worker: Option<String>,
}

/// Pipelines that run.
#[derive(Debug)]
pub(crate) struct Pipelines {
    running: Vec<Running>,
    all_ended: CancellationToken,
}

#[derive(Debug)]
struct Running {
    name: String,
    control: PipelineControl,
    task: JoinHandle<Result<PipelineReport, PipelineFailure>>,
}

impl Pipelines {
    /// Starts every pipeline of the configuration, each with the access key that its table names.
    pub(crate) async fn start(config: &Config, kinesis: &KinesisEndpoint) -> Result<Self, Failure> {
        Self::start_some(
            &config.pipelines.iter().collect::<Vec<_>>(),
            StartOptions::default(),
            config,
            kinesis,
        )
        .await
    }

    /// Starts these pipelines.
    pub(crate) async fn start_some(
        pipelines: &[&PipelineConfig],
        start: StartOptions,
        config: &Config,
        kinesis: &KinesisEndpoint,
    ) -> Result<Self, Failure> {
        let mut running = Vec::with_capacity(pipelines.len());
        let worker = start.worker.unwrap_or_else(|| format!("process {}", std::process::id()));
        let (alive, mut gone) = mpsc::channel::<()>(1);
        for pipeline in pipelines {
            // What is wrong with schema or SQL is a configuration error, said before anything runs.
            Cleaner::prepare(&pipeline.definition).map_err(Failure::usage_from)?;
        }
        for pipeline in pipelines {
            let table = directory_url(&pipeline.access_key_table).map_err(Failure::usage)?;
            let key = read_access_key(&table, &pipeline.access_key_user).await?;
            let source = &pipeline.definition.source;
            let kinesis = match &source.endpoint_url {
                Some(url) => KinesisEndpoint::Url(url.clone()),
                None => kinesis.clone(),
            };
            let region = source.region.as_ref().unwrap_or(&config.region);
            let client = kinesis.client_with_key(region, &key).await;
            let mut definition = pipeline.definition.clone();
            definition.trigger = start.trigger.unwrap_or(definition.trigger);
            let control = PipelineControl::new();
            let name = definition.name.clone();
            let (task_control, alive) = (control.clone(), alive.clone());
            let (progress, batches) = mpsc::channel(PROGRESS_QUEUE);
            tokio::spawn(log_batches(batches));
            let options =
                RunOptions { worker: worker.clone(), pacing: kinesis.pacing(), clock: Clock::system() };
            let task = tokio::spawn(async move {
                let outcome = run_pipeline(&definition, &client, &task_control, progress, &options).await;
                if let Err(error) = &outcome {
                    // The end is also in the report, but that may be hours away.
                    tracing::error!(%error, "a pipeline stopped; the others go on");
                }
                drop(alive);
                outcome
            });
            running.push(Running { name, control, task });
        }
        drop(alive);
        let all_ended = CancellationToken::new();
        let ended = all_ended.clone();
        tokio::spawn(async move {
            let _ = gone.recv().await;
            ended.cancel();
        });
        Ok(Self { running, all_ended })
    }

    /// Returns when no pipeline runs any more.
    pub(crate) async fn all_ended(&self) {
        self.all_ended.cancelled().await;
    }

    /// Tells every pipeline to finish what is in its stream now, and waits for their ends.
    pub(crate) async fn drain(self) -> Vec<PipelineEnd> {
        for pipeline in &self.running {
            pipeline.control.drain();
        }
        self.wait().await
    }

    /// Tells every pipeline to commit what it has in hand, and waits for their ends.
    pub(crate) async fn stop(self) -> Vec<PipelineEnd> {
        for pipeline in &self.running {
            pipeline.control.stop();
        }
        self.wait().await
    }

    /// Waits until every pipeline has ended by itself.
    pub(crate) async fn wait(self) -> Vec<PipelineEnd> {
        let mut ends = Vec::with_capacity(self.running.len());
        for pipeline in self.running {
            match pipeline.task.await {
                Ok(outcome) => ends.push(PipelineEnd { name: pipeline.name, outcome }),
                Err(broken) => std::panic::resume_unwind(broken.into_panic()),
            }
        }
        ends
    }

    /// A failure that names every pipeline that stopped.
    pub(crate) fn verdict(ends: &[PipelineEnd]) -> Result<(), Failure> {
        let stopped: Vec<String> =
            ends.iter().filter(|end| end.outcome.is_err()).map(PipelineEnd::line).collect();
        if stopped.is_empty() { Ok(()) } else { Err(Failure::Failed(anyhow::anyhow!(stopped.join("; ")))) }
    }
}

async fn log_batches(mut batches: mpsc::Receiver<BatchProgress>) {
    while let Some(batch) = batches.recv().await {
        match serde_json::to_string(&batch) {
            Ok(batch) => tracing::info!(target: "alluvium::batch", "{batch}"),
            Err(error) => tracing::debug!(%error, "a batch's progress cannot be shown"),
        }
    }
}
