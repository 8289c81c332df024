//! `alluvium pipeline run`: one pipeline against the configured Kinesis.

use std::path::PathBuf;

use alluvium_lakehouse::Trigger;

use super::from_source;
use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::pipelines::{PipelineEnd, Pipelines, StartOptions};
use crate::server::KinesisEndpoint;
use crate::{interrupt, progress};

/// The arguments of `pipeline run`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct RunArgs {
    /// The pipeline's name
    name: String,
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Over the configuration's `data_dir`
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The Kinesis endpoint when the configuration says `embedded`: where `up` or `serve` listens
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,
    /// Reads what is in the stream now, commits it and ends
    #[arg(long)]
    available_now: bool,
    /// Cleans the rows of the source database's table instead of a stream's records, all that are not in the table yet, and ends
    #[arg(long, conflicts_with_all = ["available_now", "once", "listen"])]
    from_source: bool,
    /// Reads what is in the stream now and fits one batch, commits it and ends
    #[arg(long, conflicts_with = "available_now")]
    once: bool,
    /// What another worker of this pipeline is told when this one was first [default: process and its id]
    #[arg(long, value_name = "NAME")]
    worker_id: Option<String>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the pipeline to its end, or until Ctrl-C.
pub(super) async fn run(args: RunArgs) -> Result<(), Failure> {
    let overrides =
        ConfigOverrides { data_dir: args.data_dir, listen: args.listen, ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let pipeline = config.pipeline(&args.name)?;
    if args.from_source {
        let worker = args.worker_id.unwrap_or_else(|| format!("process {}", std::process::id()));
        let report = from_source::run(&config, pipeline, worker).await?;
        let end = PipelineEnd { name: args.name, outcome: Ok(report) };
        return say(&end, args.json);
    }
    let stop = interrupt::token()?;
    let kinesis = KinesisEndpoint::without_servers(&config);
    let once = args.once.then_some(Trigger::Once);
    let trigger = args.available_now.then_some(Trigger::AvailableNow).or(once);
    let options = StartOptions { trigger, worker: args.worker_id };
    let pipelines = Pipelines::start_some(&[pipeline], options, &config, &kinesis).await?;
    let stopped = tokio::select! {
        () = stop.cancelled() => true,
        () = pipelines.all_ended() => false,
    };
    let ends = if stopped { pipelines.stop().await } else { pipelines.wait().await };
    for end in &ends {
        say(end, args.json)?;
    }
    Pipelines::verdict(&ends)
}

fn say(end: &PipelineEnd, json: bool) -> Result<(), Failure> {
    match &end.outcome {
        Ok(report) if json => progress::result_line(&serde_json::to_string(report)?)?,
        Ok(_) => progress::result_line(&end.line())?,
        Err(_) => {}
    }
    Ok(())
}
