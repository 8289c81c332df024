//! Everything around the measured requests: starting a server, making streams, filling them, finding their pages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use alluvium_load::{Connection, Kept, Outcome, Prepared, Process};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::arguments::RunArguments;
use crate::requests::{Requests, Wire};
use crate::target::{Target, free_address};

/// How long a server may take to answer its first request.
const READY_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a stream may take to become ACTIVE.
const ACTIVE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a server may take for one answer outside of a load; one that was overloaded may still work on that.
const ASK_TIMEOUT: Duration = Duration::from_secs(20);
/// Pages that are read of each shard, round and round.
const PAGES_PER_SHARD: usize = 2;

/// A server that runs and can be asked.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) requests: Requests,
    /// From the start of the process to its first answer.
    pub(crate) ready: Duration,
}

impl Server {
    /// Starts it over a directory of this name and waits for its first answer.
    pub(crate) async fn start(run: &RunArguments, target: Target, name: &str) -> Result<Self> {
        let dir = run.data_dir.join(name);
        fs_err::create_dir_all(&dir)?;
        let address = free_address()?;
        let command = target.command(run, address, &dir)?;
        let log = log_of(&run.data_dir, name);
        let started = Instant::now();
        let mut process = Process::start(&command, run.server_core, &log)?;
        let requests = Requests::new(address);
        let mut connection = Connection::new(address);
        let ask = requests.signed("ListStreams", Wire::Json, b"{}")?;
        while connection.exchange(&ask, None).await.is_err() {
            let alive = process.check_running();
            alive.with_context(|| fs_err::read_to_string(&log).unwrap_or_default())?;
            if started.elapsed() > READY_TIMEOUT {
                bail!("{} gave no answer for {READY_TIMEOUT:?}", target.name);
            }
            connection = Connection::new(address);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Self { process, address, requests, ready: started.elapsed() })
    }

    /// Asks an operation that has to succeed.
    pub(crate) async fn ask(&mut self, operation: &str, input: &Value) -> Result<Value> {
        let request = self.requests.signed(operation, Wire::Json, input.to_string().as_bytes())?;
        let mut body = Vec::new();
        // On a connection of its own: a server may have closed one that was idle.
        let mut connection = Connection::new(self.address);
        let asking =
            tokio::time::timeout(ASK_TIMEOUT, connection.exchange(&request, Some(Kept::whole(&mut body))));
        let status =
            asking.await.with_context(|| format!("{operation}: no answer for {ASK_TIMEOUT:?}"))??;
        if status != 200 {
            let shown = String::from_utf8_lossy(&body[..body.len().min(500)]).into_owned();
            bail!("{operation}: {status} {shown}");
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).with_context(|| format!("the answer to {operation}"))
    }

    /// Makes a stream and waits until it can be used.
    pub(crate) async fn create_stream(&mut self, name: &str, shards: usize) -> Result<()> {
        self.ask("CreateStream", &json!({ "StreamName": name, "ShardCount": shards })).await?;
        let started = Instant::now();
        while started.elapsed() < ACTIVE_TIMEOUT {
            let summary = self.ask("DescribeStreamSummary", &json!({ "StreamName": name })).await?;
            if summary["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE" {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("stream {name} was not ACTIVE after {ACTIVE_TIMEOUT:?}")
    }

    /// Puts a load on it.
    pub(crate) async fn load(
        &self,
        requests: Vec<Prepared>,
        connections: usize,
        seconds: f64,
    ) -> Result<Outcome> {
        alluvium_load::run(self.address, &Rc::new(requests), connections, seconds, &self.process).await
    }

    /// GetRecords requests for pages of a stream from its beginning, each shard's in turn.
    pub(crate) async fn pages(&mut self, stream: &str, wire: Wire) -> Result<Vec<Prepared>> {
        let listed = self.ask("ListShards", &json!({ "StreamName": stream })).await?;
        let shards = listed["Shards"].as_array().context("shards")?.clone();
        let mut pages = Vec::new();
        for shard in shards.iter().take(4) {
            let input = json!({
                "StreamName": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = self.ask("GetShardIterator", &input).await?["ShardIterator"].clone();
            for _ in 0..PAGES_PER_SHARD {
                let page =
                    self.ask("GetRecords", &json!({ "ShardIterator": iterator, "Limit": 10_000 })).await?;
                let records = page["Records"].as_array().context("records")?;
                if records.is_empty() {
                    break;
                }
                let base64: usize =
                    records.iter().map(|record| record["Data"].as_str().unwrap_or_default().len()).sum();
                let bytes = self.requests.get_records(wire, iterator.as_str().context("an iterator")?)?;
                let (records, data_bytes) = (records.len() as u64, base64 as u64 / 4 * 3);
                pages.push(Prepared { bytes, records, data_bytes });
                if !page["NextShardIterator"].is_string() {
                    break;
                }
                iterator = page["NextShardIterator"].clone();
            }
        }
        if pages.is_empty() {
            bail!("stream {stream} has no records to read");
        }
        Ok(pages)
    }
}

fn log_of(data_dir: &Path, name: &str) -> PathBuf {
    data_dir.join(format!("{name}.log"))
}
