//! The posting emulator against the gateway: how many posts a second, and what they cost on each side.
//!
//! What must stay true: the rows come from a database and every PUT goes over a socket, as they do in the program; the server has
//! one core and the emulator the other.

use std::path::Path;
use std::time::Duration;

use alluvium_posting_emulator::emulator::{self, EmulatorOptions, Progress};
use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source, seed};
use anyhow::{Result, bail};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::run::start;

pub(crate) async fn run(directory: &Path, seconds: f64, concurrency: usize, rows: u32) -> Result<()> {
    let feeds = Feed::pinterest("0a1b2c");
    let streams: Vec<&str> = feeds.iter().map(|feed| feed.stream.as_str()).collect();
    let (server, address, api_id) = start(directory, &streams).await?;
    let database = directory.join("source.db");
    if !database.exists() {
        seed::write_database(&database, rows, 1).await?;
    }
    let source = Source::open(&DatabaseCredentials::sqlite(&database), feeds).await?;
    let options = EmulatorOptions {
        duration: Some(Duration::from_secs_f64(seconds)),
        concurrency,
        ..EmulatorOptions::new(format!("http://{api_id}.execute-api.localhost:{}/prod", address.port()))
    };
    let progress = watch::Sender::new(Progress::default());
    let report = emulator::run(&source, &options, progress, CancellationToken::new()).await?;
    if report.error_count() > 0 {
        bail!("{:?}", report.errors);
    }
    let per_second = |count: u64| count as f64 / report.elapsed.as_secs_f64();
    let latency = report.latency;
    println!(
        "| PUTs of a table at once | posts/s | PUTs/s | p50 | p99 | p99.9 | longest |\n|---|---|---|---|---|---|---|\n\
         | {concurrency} | {:.0} | {:.0} | {:.1?} | {:.1?} | {:.1?} | {:.1?} |",
        per_second(report.posts),
        per_second(report.acknowledged()),
        latency.p50,
        latency.p99,
        latency.p999,
        latency.max
    );
    server.interrupt().await
}
