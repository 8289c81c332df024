//! `alluvium demo`: the main job on embedded defaults, from an empty directory to checked tables.

use std::net::SocketAddr;
use std::path::PathBuf;

use alluvium_posting_emulator::Feed;
use alluvium_posting_emulator::emulator::{EmulatorOptions, Rate};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::pipelines::Pipelines;
use crate::posting::{self, PostingPlan, SeededDatabase};
use crate::provision::{self, Provisioned};
use crate::server::Servers;
use crate::summary::{Ingredients, Summary};
use crate::{interrupt, progress};

/// The arguments of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// How many posts, each of three records
    #[arg(long, default_value_t = 500)]
    posts: u64,
    /// `max`, `human` (0 to 2 s between posts) or posts per second
    #[arg(long, default_value = "max")]
    rate: String,
    /// The same seed makes the same database and chooses the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Rows of each table of the source database, when it is made
    #[arg(long, default_value_t = posting::SOURCE_ROWS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    source_rows: u32,
    /// Where everything is kept; run again on the same directory it goes on [default: alluvium-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The user's id, a part of the stream and table names [default: demo]
    #[arg(long)]
    user_id: Option<String>,
    /// Address of the AWS endpoint; port 0 picks a free one [default: 127.0.0.1:4566]
    #[arg(long, value_name = "ADDRESS", value_parser = crate::config::listen_address)]
    listen: Option<SocketAddr>,
    /// Appends one line of JSON per acknowledged record: stream, shard id, sequence number
    #[arg(long, value_name = "FILE")]
    ack_log: Option<PathBuf>,
    /// Leaves the servers running afterwards, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// Prints the summary as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: DemoArgs) -> Result<(), Failure> {
    let overrides = ConfigOverrides {
        user_id: args.user_id.clone(),
        data_dir: args.data_dir.clone(),
        listen: args.listen,
        ..ConfigOverrides::default()
    };
    let config = Config::example(&overrides)?;
    let rate = posting::rate(&args.rate)?;
    let stop = interrupt::token()?;
    let servers = Servers::start(&config).await?;
    let outcome = run_main_job(&config, &servers, &args, rate, &stop).await;
    servers.stop().await;
    outcome
}

/// The main job, once the servers answer.
async fn run_main_job(
    config: &Config,
    servers: &Servers,
    args: &DemoArgs,
    rate: Rate,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let started = Instant::now();
    prepare_source(config, args).await?;
    let provisioned = provision::provision(config, servers).await?;
    let invoke_url = provisioned.apis[0].invoke_url.clone();
    show_streams(config, &invoke_url).await?;

    let pipelines = Pipelines::start(config, &servers.kinesis).await?;
    let plan = PostingPlan {
        credentials: config.database_credentials.clone(),
        feeds: Feed::pinterest(&config.user_id),
        keys: None,
        options: EmulatorOptions {
            posts: Some(args.posts),
            rate,
            seed: args.seed,
            ack_log: args.ack_log.clone(),
            ..EmulatorOptions::new(invoke_url)
        },
    };
    let posted = posting::run(plan, stop.clone()).await;
    let ends = pipelines.drain().await;
    let report = match posted {
        Ok(report) => report,
        Err(failure) => {
            Pipelines::verdict(&ends)?;
            return Err(failure);
        }
    };
    let ingredients = Ingredients { config, servers, provisioned: &provisioned, elapsed: started.elapsed() };
    let summary = Summary::gather(&ingredients, report, ends).await?;
    if args.json {
        progress::result_line(&summary.to_json().to_string())?;
    } else {
        progress::result_text(&summary.to_text())?;
    }
    if args.keep && !stop.is_cancelled() {
        keep_running(config, servers, &provisioned, stop).await?;
    }
    summary.verdict()
}

/// Makes the source database, unless an earlier run did.
async fn prepare_source(config: &Config, args: &DemoArgs) -> Result<(), Failure> {
    let target = SeededDatabase {
        database: config.data_dir.join("source").join("pinterest.db"),
        credentials: config.database_credentials.clone(),
    };
    if target.database.exists() && target.credentials.exists() {
        return Ok(());
    }
    posting::seed_database(&target, args.source_rows, args.seed).await?;
    progress::note(&format!("source: {} rows in each of three tables", args.source_rows));
    Ok(())
}

/// Lists and describes the streams through the REST API, as a user would look at them before posting.
async fn show_streams(config: &Config, invoke_url: &str) -> Result<(), Failure> {
    let listed = crate::rest_client::get_json(&format!("{invoke_url}/streams")).await?;
    let names: Vec<&str> =
        listed["StreamNames"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    for stream in &config.streams {
        if !names.contains(&stream.name.as_str()) {
            return Err(Failure::Failed(anyhow::anyhow!(
                "the API does not list stream {}: {listed}",
                stream.name
            )));
        }
        let described =
            crate::rest_client::get_json(&format!("{invoke_url}/streams/{}", stream.name)).await?;
        let description = &described["StreamDescription"];
        progress::note(&format!(
            "stream: {} {} {}, {} shards",
            stream.name,
            description["StreamModeDetails"]["StreamMode"].as_str().unwrap_or("?"),
            description["StreamStatus"].as_str().unwrap_or("?"),
            description["Shards"].as_array().map_or(0, Vec::len),
        ));
    }
    progress::note(&format!("API: {invoke_url}"));
    Ok(())
}

/// Serves, and cleans what else is put, until Ctrl-C.
async fn keep_running(
    config: &Config,
    servers: &Servers,
    provisioned: &Provisioned,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let pipelines = Pipelines::start(config, &servers.kinesis).await?;
    progress::note(&format!(
        "the servers go on: AWS endpoint {}, invoke URL {}; Ctrl-C ends them",
        servers.endpoint(),
        provisioned.apis[0].invoke_url
    ));
    stop.cancelled().await;
    let reports = pipelines.drain().await;
    Pipelines::verdict(&reports)
}
