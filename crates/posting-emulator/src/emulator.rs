//! Posts rows of the source through the REST API, as users of the real site would.
//!
//! A post is one row number and the row of that number of every table, each one record, each one PUT. Every table has its own
//! lanes, one unless more are asked for, so the tables go in parallel and the records of one table in order; with more lanes it is
//! the records of one partition key that stay in order. What must stay true: only what the
//! server acknowledged counts as acknowledged; a PUT that was tried again may have landed twice, so delivery is at least
//! once; a run that is cancelled finishes what is in flight and reports.

mod access;
mod ack_log;
mod client;
mod lane;
mod latency;
mod pace;
mod put;
mod reader;
mod report;
mod retry;
mod rows;

use std::path::PathBuf;
use std::time::Duration;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use secrecy::SecretString;
use thiserror::Error;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::{LANE_QUEUE_POSTS, LOOKUP_ROWS_MAX, MARK_INTERVAL};
use crate::source::{Source, SourceError};
use ack_log::AckLog;
use client::{HttpClient, RecordUrl};
use lane::{Job, Lane, LaneEnd};
use latency::Latencies;
use pace::Pacer;
use rows::{Mark, Rows};

pub use access::Signer;
pub use latency::LatencyReport;
pub use pace::{Rate, RateError};
pub use report::{ErrorTally, Outcome, Progress, Report, StreamProgress, StreamReport};
pub use retry::Retries;
pub use rows::RowChoice;

/// Random numbers of the row choice; the lanes' numbers begin after these.
const ROW_NUMBERS: u64 = 0;
const PAUSES: u64 = 1;
const FIRST_LANE: u64 = 2;

/// What to post, where to, and how fast.
#[derive(Debug, Clone)]
pub struct EmulatorOptions {
    /// The stage's invoke URL, `http` or `https`, to which `/streams/{stream-name}/record` is appended.
    pub invoke_url: String,
    /// How many posts to make; none means until cancelled, or until every row was posted.
    pub posts: Option<u64>,
    /// How long to begin new posts; none means as long as there are posts to make.
    pub duration: Option<Duration>,
    /// How fast.
    pub rate: Rate,
    /// After a quiet time so many posts may go at once; none means those of the last second.
    pub burst: Option<u32>,
    /// PUTs of one table that may be on their way at the same time, at least 1. With 1 the records of a table arrive in order, with
    /// more those of a partition key.
    pub concurrency: usize,
    /// Which rows.
    pub rows: RowChoice,
    /// Where a run through all rows keeps how far it has come, and the next one begins.
    pub resume: Option<PathBuf>,
    /// What `x-api-key` carries.
    pub api_key: Option<SecretString>,
    /// What signs each request.
    pub signer: Option<Signer>,
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
    /// The API key has characters that no header can carry.
    #[error("the API key is no text that a header can carry: letters, digits and marks of ASCII")]
    ApiKey,
    /// The file that says where to go on is of another run, or is none.
    #[error("{}: {problem}", path.display())]
    Resume {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
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
    /// How far the run has come could not be written.
    #[error("cannot write how far the run has come: {0}")]
    Mark(std::io::Error),
    /// The ack log could not be written, so acknowledgements would go unrecorded.
    #[error("cannot write the ack log: {0}")]
    AckLog(std::io::Error),
}

impl EmulatorOptions {
    /// Random rows, as fast as the server takes them, in order, until cancelled.
    pub fn new(invoke_url: impl Into<String>) -> Self {
        Self {
            invoke_url: invoke_url.into(),
            posts: None,
            duration: None,
            rate: Rate::Unlimited,
            burst: None,
            concurrency: 1,
            rows: RowChoice::Random,
            resume: None,
            api_key: None,
            signer: None,
            seed: 1,
            retries: Retries::default(),
            ack_log: None,
        }
    }
}

/// Posts until all posts that were asked for are made, `cancel` is cancelled or something stops the run; the report says which.
///
/// `progress` is kept up to date after every record; a new value need not be read.
pub async fn run(
    source: &Source,
    options: &EmulatorOptions,
    progress: watch::Sender<Progress>,
    cancel: CancellationToken,
) -> Result<Report, StartError> {
    let started = Instant::now();
    let client = HttpClient::new(options)?;
    let urls = source
        .feeds()
        .map(|feed| RecordUrl::new(&options.invoke_url, &feed.stream))
        .collect::<Result<Vec<_>, _>>()?;
    let (mark, rows) = rows(source, options)?;
    let (ack_log, ack_log_end) =
        AckLog::open(options.ack_log.as_deref()).await.map_err(StartError::AckLog)?;
    progress.send_replace(Progress::new(source.feeds()));

    // Cancelled by the caller, or by a lane that cannot go on.
    let stop = cancel.child_token();
    let shared =
        Shared { options, client, progress: &progress, ack_log, mark: mark.clone(), stop: stop.clone() };
    let (mut lanes, mut readers) = (JoinSet::new(), JoinSet::new());
    let mut queues = Vec::with_capacity(urls.len());
    for (number, (feed, url)) in source.feeds().zip(urls).enumerate() {
        let jobs = shared.start_lanes(number, &feed.stream, &url, &mut lanes);
        let (queue, row_numbers) = mpsc::channel(LOOKUP_ROWS_MAX);
        let (source, stop) = (source.clone(), stop.clone());
        readers.spawn(async move {
            let end = reader::read(source, number, row_numbers, jobs).await;
            end.inspect_err(|_reason| stop.cancel())
        });
        queues.push(queue);
    }
    drop(shared);

    hand_out_posts(rows, options, queues, &mark, &stop).await;

    let mut stopped: Vec<StopReason> =
        joined(&mut readers).await.into_iter().filter_map(Result::err).collect();
    let ends = joined(&mut lanes).await;
    let mut latencies = Latencies::default();
    let mut tallies = Vec::with_capacity(ends.len());
    for end in ends {
        latencies.add(&end.latencies);
        tallies.push(end.errors);
        stopped.extend(end.stopped);
    }
    if let Err(error) = ack_log_end.wait().await {
        stopped.insert(0, StopReason::AckLog(error));
    }
    if let Err(error) = written(&mark).await {
        stopped.push(StopReason::Mark(error));
    }
    let outcome = match stopped.into_iter().next() {
        Some(reason) => Outcome::Stopped(reason),
        None if cancel.is_cancelled() => Outcome::Cancelled,
        None => Outcome::Completed,
    };
    let last_progress = progress.borrow().clone();
    Ok(Report::new(&last_progress, tallies.into_iter(), latencies.report(), started.elapsed(), outcome))
}

/// What all lanes of a run have in common.
struct Shared<'a> {
    options: &'a EmulatorOptions,
    client: HttpClient,
    progress: &'a watch::Sender<Progress>,
    ack_log: AckLog,
    mark: Mark,
    stop: CancellationToken,
}

impl Shared<'_> {
    /// Starts a table's lanes; what they are to do is given to the queues.
    fn start_lanes(
        &self,
        number: usize,
        stream: &str,
        url: &RecordUrl,
        lanes: &mut JoinSet<LaneEnd>,
    ) -> Vec<mpsc::Sender<Job>> {
        let count = self.options.concurrency.max(1);
        let mut queues = Vec::with_capacity(count);
        for lane_number in 0..count {
            let (queue, jobs) = mpsc::channel(LANE_QUEUE_POSTS);
            let lane = Lane {
                number,
                stream: stream.to_owned(),
                url: url.clone(),
                client: self.client.clone(),
                retries: self.options.retries,
                jitter: random_numbers(self.options.seed, FIRST_LANE + (number * count + lane_number) as u64),
                progress: self.progress.clone(),
                ack_log: self.ack_log.clone(),
                mark: self.mark.clone(),
                stop: self.stop.clone(),
            };
            lanes.spawn(lane.run(jobs));
            queues.push(queue);
        }
        queues
    }
}

/// The rows of the run, and where it keeps how far it has come.
fn rows(source: &Source, options: &EmulatorOptions) -> Result<(Mark, Rows), StartError> {
    let below = source.rows();
    let tables = source.feeds().map(|feed| feed.table.clone()).collect();
    let (mark, next) = Mark::open(options.resume.as_deref(), tables)?;
    let rows = match options.rows {
        RowChoice::Random => {
            Rows::Random { below, numbers: Box::new(random_numbers(options.seed, ROW_NUMBERS)) }
        }
        RowChoice::Sequential => Rows::Sequential { next, below },
    };
    Ok((mark, rows))
}

/// Chooses a row number per post and hands it to every table, at the pace that was asked for. A post that was begun is handed to
/// all tables, so that it is whole.
async fn hand_out_posts(
    mut rows: Rows,
    options: &EmulatorOptions,
    queues: Vec<mpsc::Sender<u64>>,
    mark: &Mark,
    stop: &CancellationToken,
) {
    let mut pacer = Pacer::new(options.rate, options.burst, random_numbers(options.seed, PAUSES));
    let end = options.duration.map(|duration| Instant::now() + duration);
    let mut marked = Instant::now();
    let mut posts = 0;
    while options.posts.is_none_or(|wanted| posts < wanted) {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = ended(end) => return,
            () = pacer.wait() => {}
        }
        let Some(row_number) = rows.next() else { return };
        mark.begin(row_number, queues.len());
        for queue in &queues {
            // A lane that has ended has cancelled `stop`.
            let _ended = queue.send(row_number).await;
        }
        posts += 1;
        if marked.elapsed() >= MARK_INTERVAL {
            marked = Instant::now();
            if let Err(error) = written(mark).await {
                // The end of the run writes it again, and fails if that fails.
                tracing::debug!(%error, "how far the run has come could not be written");
            }
        }
    }
}

async fn ended(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

async fn written(mark: &Mark) -> std::io::Result<()> {
    let mark = mark.clone();
    tokio::task::spawn_blocking(move || mark.write()).await.map_err(std::io::Error::other)?
}

async fn joined<T: 'static>(tasks: &mut JoinSet<T>) -> Vec<T> {
    let mut ends = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok(end) => ends.push(end),
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        }
    }
    ends
}

fn random_numbers(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}
