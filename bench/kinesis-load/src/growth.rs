//! How our server's cost grows with streams, with shards and with retained data.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::arguments::RunArguments;
use crate::control::Server;
use crate::requests::Wire;
use crate::table;
use crate::target::Target;

const STREAM: &str = "measured";
const RECORD_BYTES: usize = 1024;
/// Streams or shards that there are at each row.
const COUNTS: [usize; 5] = [0, 10, 100, 1_000, 10_000];
const COLUMNS: [&str; 9] = [
    "",
    "on disk",
    "ready",
    "memory idle",
    "PutRecord/s, p99",
    "PutRecords records/s, p99",
    "GetRecords records/s, p99",
    "memory after",
    "memory peak",
];

/// Over the number of streams, each of four shards; one of them is measured.
pub(crate) async fn streams(run: &RunArguments) -> Result<()> {
    head("Streams", "Streams of 4 shards, and one more that is measured.");
    let mut made = 0;
    for count in COUNTS.into_iter().take(4) {
        let mut server = Server::start(run, Target::ours(), "streams").await?;
        for number in made..count {
            let input = json!({ "StreamName": format!("idle-{number}"), "ShardCount": 4 });
            server.ask("CreateStream", &input).await?;
        }
        made = count;
        server.process.interrupt().await?;
        row(run, "streams", &table::count(count as f64)).await?;
    }
    fs_err::remove_dir_all(run.data_dir.join("streams"))?;
    Ok(())
}

/// Over the number of shards of the one stream that is measured.
pub(crate) async fn shards(run: &RunArguments) -> Result<()> {
    head("Shards", "One stream of so many shards; keys spread over all of them.");
    for count in COUNTS.into_iter().skip(1) {
        let mut server = Server::start(run, Target::ours(), "shards").await?;
        server.create_stream(STREAM, count).await?;
        server.process.interrupt().await?;
        row(run, "shards", &table::count(count as f64)).await?;
        fs_err::remove_dir_all(run.data_dir.join("shards"))?;
    }
    Ok(())
}

/// Over retained data, in a stream of four shards.
pub(crate) async fn data(run: &RunArguments) -> Result<()> {
    head(
        "Retained data",
        "One stream of 4 shards with so many bytes of 1 KiB records; pages are read from its beginning.",
    );
    for share in [0.0, 0.1, 0.25, 0.5, 1.0] {
        let wanted = run.gigabytes * 1e9 * share;
        let mut server = Server::start(run, Target::ours(), "data").await?;
        if share == 0.0 {
            server.create_stream(STREAM, 4).await?;
        }
        let requests = server.requests.put_records(STREAM, Wire::Cbor, RECORD_BYTES, 32)?;
        while (bytes_in(&run.data_dir.join("data"))? as f64) < wanted {
            server.load(requests.clone(), 8, 1.0).await?;
        }
        server.process.interrupt().await?;
        row(run, "data", &format!("{:.1} GB", wanted / 1e9)).await?;
    }
    fs_err::remove_dir_all(run.data_dir.join("data"))?;
    Ok(())
}

fn head(title: &str, about: &str) {
    let about = format!(
        "{about} Our server, started again over what is there; 1 KiB records, 64, 8 and 4 connections."
    );
    table::head(title, &about, &COLUMNS);
}

/// Starts over a directory, measures, and ends.
async fn row(run: &RunArguments, name: &str, first: &str) -> Result<()> {
    let on_disk = bytes_in(&run.data_dir.join(name))? as f64 / 1e6;
    let mut server = Server::start(run, Target::ours(), name).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let idle = server.process.usage()?;
    let exists = server.ask("DescribeStreamSummary", &json!({ "StreamName": STREAM })).await.is_ok();
    if !exists {
        server.create_stream(STREAM, 4).await?;
    }
    let mut cells = vec![
        first.to_owned(),
        format!("{on_disk:.0} MB"),
        table::millis(server.ready.as_secs_f64() * 1e3),
        table::mib(idle.memory_mib),
    ];
    let put_record = server.requests.put_record(STREAM, Wire::Json, RECORD_BYTES, 2_048)?;
    let put_records = server.requests.put_records(STREAM, Wire::Json, RECORD_BYTES, 32)?;
    for (requests, connections) in [(Some(put_record), 64), (Some(put_records), 8), (None, 4)] {
        let requests = match requests {
            Some(requests) => requests,
            None => server.pages(STREAM, Wire::Json).await?,
        };
        let outcome = server.load(requests, connections, run.seconds * 0.5).await?;
        let rate = table::count(outcome.records_per_sec());
        cells.push(format!("{rate}, {}", table::millis(outcome.millis_at(99))));
    }
    let after = server.process.usage()?;
    cells.extend([table::mib(after.memory_mib), table::mib(after.memory_peak_mib)]);
    table::row(&cells);
    server.process.interrupt().await
}

/// Bytes of all files below a directory.
fn bytes_in(dir: &std::path::Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { bytes_in(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
