//! Posting: the source database and the emulator that sends its rows, with progress for whoever waits.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use alluvium_posting_emulator::emulator::{self, EmulatorOptions, Outcome, Progress, Rate, Report};
use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source, seed};
use fs_err as fs;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use crate::progress::Counter;
use crate::server::make_private;

pub(crate) use alluvium_posting_emulator::seed::SEED_ROWS_DEFAULT as SOURCE_ROWS_DEFAULT;

/// How often the progress is shown.
const SHOW_INTERVAL: Duration = Duration::from_millis(200);

/// Where a synthetic source database and its credentials file are.
#[derive(Debug, Clone)]
pub(crate) struct SeededDatabase {
    /// The SQLite file.
    pub(crate) database: PathBuf,
    /// Its `db_creds.yaml`.
    pub(crate) credentials: PathBuf,
}

/// Writes the database, replacing one that is there, and its credentials file. The database appears under its name only
/// when it is whole.
pub(crate) async fn seed_database(target: &SeededDatabase, rows: u32, seed: u64) -> Result<(), Failure> {
    for path in [&target.database, &target.credentials] {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make_private(parent)?;
        }
    }
    let unfinished = target.database.with_extension("unfinished");
    remove_if_there(&unfinished)?;
    seed::write_database(&unfinished, rows, seed).await?;
    fs::rename(&unfinished, &target.database)?;
    remove_if_there(&target.credentials)?;
    let absolute = std::path::absolute(&target.database)?;
    DatabaseCredentials::sqlite(&absolute).write(&target.credentials)?;
    Ok(())
}

/// Writes the synthetic tables into the database server that the credentials file names; replaces them only with `replace`. None
/// when the file is not there or names no server.
pub(crate) async fn seed_server(
    credentials: &Path,
    rows: u32,
    seed: u64,
    replace: bool,
) -> Result<Option<String>, Failure> {
    if !credentials.exists() {
        return Ok(None);
    }
    let server = match DatabaseCredentials::load(credentials).map_err(Failure::usage_from)? {
        DatabaseCredentials::Server(server) => server,
        DatabaseCredentials::Sqlite(_) => return Ok(None),
    };
    match seed::write_server(&server, rows, seed, replace).await {
        Ok(()) => Ok(Some(format!(
            "{}:{}/{} ({})",
            server.host,
            server.port,
            server.database,
            server.driver.name()
        ))),
        Err(error @ (seed::SeedError::TableExists { .. } | seed::SeedError::Connect(_))) => {
            Err(Failure::usage_from(error))
        }
        Err(error) => Err(error.into()),
    }
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// What is to be posted, complete.
#[derive(Debug)]
pub(crate) struct PostingPlan {
    /// The file with the source database's credentials.
    pub(crate) credentials: PathBuf,
    /// Which table goes to which stream.
    pub(crate) feeds: Vec<Feed>,
    /// The rows whose keys are in this range; without one all.
    pub(crate) keys: Option<RangeInclusive<i64>>,
    /// How much, how fast, where to.
    pub(crate) options: EmulatorOptions,
}

/// The emulator's part of a configuration as a plan; `None` when it names no emulator.
pub(crate) fn plan(config: &Config, invoke_urls: &[String]) -> Option<PostingPlan> {
    let emulator = config.emulator.as_ref()?;
    // A configuration with an emulator has one or the other.
    let invoke_url = emulator.invoke_url.clone().or_else(|| invoke_urls.first().cloned())?;
    Some(PostingPlan {
        credentials: config.database_credentials.clone(),
        feeds: config.feeds.clone(),
        keys: None,
        options: EmulatorOptions {
            posts: emulator.posts,
            rate: emulator.rate,
            seed: emulator.seed,
            ..EmulatorOptions::new(invoke_url)
        },
    })
}

/// Reads a rate: `max`, `human` or posts per second.
pub(crate) fn rate(text: &str) -> Result<Rate, Failure> {
    text.parse().map_err(Failure::usage_from)
}

/// Posts as planned until done, stopped or unable to go on; then says so and returns the report.
pub(crate) async fn run(plan: PostingPlan, stop: CancellationToken) -> Result<Report, Failure> {
    let credentials = DatabaseCredentials::load(&plan.credentials).map_err(|error| {
        let hint = if plan.credentials.exists() {
            ""
        } else {
            "; `alluvium seed-db` writes a database and this file"
        };
        Failure::usage(format!("{error}{hint}"))
    })?;
    let source = match plan.keys {
        Some(keys) => Source::open_keys(&credentials, plan.feeds, keys).await,
        None => Source::open(&credentials, plan.feeds).await,
    };
    let source = source.map_err(Failure::usage_from)?;
    let (sender, receiver) = watch::channel(Progress::default());
    let shown = tokio::spawn(show(receiver, plan.options.posts));
    let outcome = emulator::run(&source, &plan.options, sender, stop).await.map_err(Failure::usage_from);
    source.close().await;
    // The sender is gone with the run, so the display ends too.
    let _ = shown.await;
    outcome
}

/// Shows the progress until its sender is gone.
async fn show(mut progress: watch::Receiver<Progress>, posts: Option<u64>) {
    let mut counter = Counter::start("posts", posts);
    let started = tokio::time::Instant::now();
    let line = |progress: &Progress| {
        let rate = progress.acknowledged() as f64 / started.elapsed().as_secs_f64().max(0.001);
        let errors = progress.errors();
        format!(
            "sent, {} records acknowledged, {rate:.0} records/s, {errors} errors",
            progress.acknowledged()
        )
    };
    while progress.changed().await.is_ok() {
        let now = progress.borrow_and_update().clone();
        counter.show(now.posts(), &line(&now));
        tokio::time::sleep(SHOW_INTERVAL).await;
    }
    let end = progress.borrow().clone();
    counter.finish(&format!("{} {}", end.posts(), line(&end)));
}

/// The report's end as a failure, when it is one.
pub(crate) fn verdict(report: &Report) -> Result<(), Failure> {
    let Outcome::Stopped(reason) = &report.outcome else { return Ok(()) };
    Err(Failure::Failed(anyhow::anyhow!("the emulator stopped: {reason}")))
}

/// The report as one JSON object.
pub(crate) fn report_json(report: &Report) -> serde_json::Value {
    let acknowledged: serde_json::Map<String, serde_json::Value> =
        report.streams.iter().map(|stream| (stream.label.clone(), stream.acknowledged.into())).collect();
    let errors: Vec<serde_json::Value> = report
        .errors
        .iter()
        .map(|tally| serde_json::json!({ "kind": tally.kind, "count": tally.count, "sample": tally.sample }))
        .collect();
    serde_json::json!({
        "posts": report.posts,
        "acknowledged": acknowledged,
        "errors": errors,
        "retries": report.streams.iter().map(|stream| stream.retries).sum::<u64>(),
        "latency_ms": {
            "p50": millis(report.latency.p50),
            "p90": millis(report.latency.p90),
            "p99": millis(report.latency.p99),
            "p99.9": millis(report.latency.p999),
            "max": millis(report.latency.max),
        },
        "elapsed_s": report.elapsed.as_secs_f64(),
    })
}

/// A duration in milliseconds, to the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
