//! Load: connections that send one request after another, for a time.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

use crate::client::{Connection, Kept};
use crate::prepared::Prepared;
use crate::process::{Process, Usage};

/// What is looked at of a body.
const SHOWN_BYTES: usize = 300;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Records put or got between the warm-up and the end.
    pub records: u64,
    /// Bytes of data in them.
    pub data_bytes: u64,
    /// How long that was.
    pub seconds: f64,
    /// The server's processor time meanwhile.
    pub cpu_seconds: f64,
    /// What the server had taken when it was over.
    pub usage: Usage,
    /// How long each request took, sorted.
    pub took: Vec<Duration>,
}

/// What one connection counts between the warm-up and the end.
#[derive(Default)]
struct Counted {
    records: Cell<u64>,
    data_bytes: Cell<u64>,
    took: Cell<Vec<Duration>>,
    /// The first answer that was not a success.
    failure: Cell<Option<String>>,
}

/// Sends the requests round and round over all connections. An answer that is not a success ends it with an error.
pub async fn run(
    address: SocketAddr,
    requests: &Rc<Vec<Prepared>>,
    connections: usize,
    seconds: f64,
    server: &Process,
) -> Result<Outcome> {
    let counted = Rc::new(Counted::default());
    let counting = Rc::new(Cell::new(false));
    let senders: Vec<_> = (0..connections)
        .map(|first| {
            let (requests, counted) = (Rc::clone(requests), Rc::clone(&counted));
            let counting = Rc::clone(&counting);
            let sender =
                async move { send(address, &requests, first, connections, &counted, &counting).await };
            tokio::task::spawn_local(sender)
        })
        .collect();
    tokio::time::sleep(Duration::from_secs_f64(seconds / 4.0)).await;
    let before = server.usage()?;
    counting.set(true);
    let started = Instant::now();
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    counting.set(false);
    let elapsed = started.elapsed().as_secs_f64();
    let usage = server.usage()?;
    for sender in &senders {
        sender.abort();
    }
    for sender in senders {
        // It was aborted.
        let _ = sender.await;
    }
    if let Some(failure) = counted.failure.take() {
        bail!(failure);
    }
    let mut took = counted.took.take();
    took.sort_unstable();
    Ok(Outcome {
        records: counted.records.get(),
        data_bytes: counted.data_bytes.get(),
        seconds: elapsed,
        cpu_seconds: usage.cpu_seconds - before.cpu_seconds,
        usage,
        took,
    })
}

async fn send(
    address: SocketAddr,
    requests: &[Prepared],
    first: usize,
    step: usize,
    counted: &Counted,
    counting: &Cell<bool>,
) {
    let mut connection = Connection::new(address);
    let mut next = first;
    let mut body = Vec::new();
    loop {
        let request = &requests[next % requests.len()];
        // The beginnings of the first few bodies are looked at, so that a failure hides in none.
        let looked_at = (next < 4 * step).then_some(Kept { bytes: &mut body, bytes_max: SHOWN_BYTES });
        next += step;
        let started = Instant::now();
        let answered = connection.exchange(&request.bytes, looked_at).await;
        let took = started.elapsed();
        if let Some(failure) = failure_of(&answered, &body) {
            counted.failure.set(Some(failure));
            return;
        }
        body.clear();
        if counting.get() {
            counted.records.set(counted.records.get() + request.records);
            counted.data_bytes.set(counted.data_bytes.get() + request.data_bytes);
            let mut all = counted.took.take();
            all.push(took);
            counted.took.set(all);
        }
    }
}

fn failure_of(answered: &Result<u16>, body: &[u8]) -> Option<String> {
    let shown = || String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES)]).into_owned();
    match answered {
        Ok(200) => {
            let start = String::from_utf8_lossy(&body[..body.len().min(100)]).replace(' ', "");
            let failed = start.contains("FailedRecordCount\":") && !start.contains("FailedRecordCount\":0");
            failed.then(|| format!("records were refused: {}", shown()))
        }
        Ok(status) => Some(format!("answer {status}: {}", shown())),
        Err(error) => Some(format!("{error:#}")),
    }
}

impl Outcome {
    /// Records for each second.
    pub fn records_per_sec(&self) -> f64 {
        self.records as f64 / self.seconds
    }

    /// Data for each second, in units of a million bytes.
    pub fn megabytes_per_sec(&self) -> f64 {
        self.data_bytes as f64 / self.seconds / 1e6
    }

    /// Records for each second of the server's processor.
    pub fn records_per_cpu_sec(&self) -> f64 {
        self.records as f64 / self.cpu_seconds.max(0.01)
    }

    /// The time that so many of a hundred requests did not exceed, in milliseconds.
    pub fn millis_at(&self, percent: usize) -> f64 {
        let index = self.took.len() * percent / 100;
        let took = self.took.get(index.min(self.took.len().saturating_sub(1)));
        took.map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }
}
