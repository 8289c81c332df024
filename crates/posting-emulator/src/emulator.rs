//! Posts rows of the source through the REST API, as users of the real site would.
//!
//! A post is one random row number and the row of that number of every table, each one record, each one PUT. Every table
//! has its own lane, so the tables go in parallel and the records of one table in order. What must stay true: only what the
//! server acknowledged counts as acknowledged; a PUT that was tried again may have landed twice, so delivery is at least
//! once; a run that is cancelled finishes what is in flight and reports.

mod ack_log;
mod client;
mod lane;
mod pace;
mod put;
mod report;
mod retry;

use std::path::PathBuf;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use thiserror::Error;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::LANE_QUEUE_POSTS;
use crate::source::{Source, SourceError};
use ack_log::AckLog;
use client::{HttpClient, RecordUrl};
use lane::{Lane, LaneEnd};
use pace::Pacer;

pub use pace::{Rate, RateError};
pub use report::{ErrorTally, Outcome, Progress, Report, StreamProgress, StreamReport};
pub use retry::Retries;

/// Random numbers of the row choice; the lanes' numbers begin after these.
const ROW_NUMBERS: u64 = 0;
const PAUSES: u64 = 1;
const FIRST_LANE: u64 = 2;

/// What to post, where to, and how fast.
#[derive(Debug, Clone)]
pub struct EmulatorOptions {
    /// The stage's invoke URL, `http` or `https`, to which `/streams/{stream-name}/record` is appended.
    pub invoke_url: String,
    /// How many posts to make; none means until cancelled.
    pub posts: Option<u64>,
    /// How fast.
    pub rate: Rate,
    /// The same seed chooses the same rows in the same order, and the same pauses.
    pub seed: u64,
    /// How often a PUT that may be tried again is.
    pub retries: Retries,
    /// Where to append one line of JSON per acknowledged record.
    pub ack_log: Option<PathBuf>,
}

/// Why a run did not begin.
#[derive(Debug, Error)]
pub enum StartError {
    /// The invoke URL is not one.
    #[error("invoke URL {url}: {problem}")]
    InvokeUrl {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An `https` URL was given and this machine has no certificate authorities.
    #[error("cannot load this machine's certificate authorities: {0}")]
    Certificates(std::io::Error),
    /// The ack log cannot be opened.
    #[error("cannot open the ack log: {0}")]
    AckLog(std::io::Error),
}

/// Why a run stopped before its end.
#[derive(Debug, Error)]
pub enum StopReason {
    /// The server refused one record after the other.
    #[error("gave up after {failures} records in a row failed for stream {stream}; the last: {last}")]
    Refused {
        /// How many, without one acknowledgement between them.
        failures: u32,
        /// The stream.
        stream: String,
        /// The last one's kind and text.
        last: String,
    },
    /// A row could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The ack log could not be written, so acknowledgements would go unrecorded.
    #[error("cannot write the ack log: {0}")]
    AckLog(std::io::Error),
}

/// Posts until `options.posts` are made, `cancel` is cancelled or something stops the run; the report says which.
///
/// `progress` is kept up to date after every record; a new value need not be read.
pub async fn run(
    source: &Source,
    options: &EmulatorOptions,
    progress: watch::Sender<Progress>,
    cancel: CancellationToken,
) -> Result<Report, StartError> {
    let started = Instant::now();
    let client = HttpClient::for_url(&options.invoke_url)?;
    let urls = source
        .feeds()
        .map(|feed| RecordUrl::new(&options.invoke_url, &feed.stream))
        .collect::<Result<Vec<_>, _>>()?;
    let (ack_log, ack_log_end) =
        AckLog::open(options.ack_log.as_deref()).await.map_err(StartError::AckLog)?;
    progress.send_replace(Progress::new(source.feeds()));

    // Cancelled by the caller, or by a lane that cannot go on.
    let stop = cancel.child_token();
    let mut lanes = JoinSet::new();
    let mut queues = Vec::with_capacity(urls.len());
    for (number, (feed, url)) in source.feeds().zip(urls).enumerate() {
        let (queue, posts) = mpsc::channel(LANE_QUEUE_POSTS);
        let lane = Lane {
            number,
            stream: feed.stream.clone(),
            url,
            source: source.clone(),
            client: client.clone(),
            retries: options.retries,
            jitter: random_numbers(options.seed, FIRST_LANE + number as u64),
            progress: progress.clone(),
            ack_log: ack_log.clone(),
            stop: stop.clone(),
        };
        lanes.spawn(lane.run(posts));
        queues.push(queue);
    }
    drop(ack_log);

    hand_out_posts(source.rows(), options, queues, &stop).await;

    let mut ends = Vec::new();
    while let Some(joined) = lanes.join_next().await {
        match joined {
            Ok(end) => ends.push(end),
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        }
    }
    let ack_log_end = ack_log_end.wait().await;
    let outcome = outcome(&mut ends, ack_log_end, cancel.is_cancelled());
    let tallies = ends.into_iter().map(|end| end.errors);
    let last_progress = progress.borrow().clone();
    Ok(Report::new(&last_progress, tallies, started.elapsed(), outcome))
}

/// Chooses a row number per post and hands it to every lane, at the pace that was asked for. A post that was begun is
/// handed to all lanes, so that it is whole.
async fn hand_out_posts(
    rows: u64,
    options: &EmulatorOptions,
    queues: Vec<mpsc::Sender<u64>>,
    stop: &CancellationToken,
) {
    let mut row_numbers = random_numbers(options.seed, ROW_NUMBERS);
    let mut pacer = Pacer::new(options.rate, random_numbers(options.seed, PAUSES));
    let mut posts = 0;
    while options.posts.is_none_or(|wanted| posts < wanted) && rows > 0 {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = pacer.wait() => {}
        }
        let row_number = row_numbers.random_range(0..rows);
        for queue in &queues {
            // A lane that has ended has cancelled `stop`.
            let _ended = queue.send(row_number).await;
        }
        posts += 1;
    }
}

fn random_numbers(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

fn outcome(ends: &mut [LaneEnd], ack_log_end: Result<(), std::io::Error>, was_cancelled: bool) -> Outcome {
    if let Err(error) = ack_log_end {
        return Outcome::Stopped(StopReason::AckLog(error));
    }
    match ends.iter_mut().find_map(|end| end.stopped.take()) {
        Some(reason) => Outcome::Stopped(reason),
        None if was_cancelled => Outcome::Cancelled,
        None => Outcome::Completed,
    }
}
