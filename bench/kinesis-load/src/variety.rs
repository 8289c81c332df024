//! Our server over formats, shards, connections and sizes of records.

use alluvium_load::{Outcome, Prepared};
use anyhow::Result;

use crate::arguments::RunArguments;
use crate::control::Server;
use crate::requests::Wire;
use crate::table;
use crate::target::Target;

const SHARDS: [usize; 3] = [1, 4, 64];
const CONNECTIONS: [usize; 2] = [1, 64];
const SIZES: [usize; 3] = [100, 1024, 100 * 1024];
/// Bytes of all the requests that are made before a load, at most.
const PREPARED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// A load of this table is shorter than one side by side: there are over a hundred.
const SHARE_OF_SECONDS: f64 = 0.4;

pub(crate) async fn run(run: &RunArguments) -> Result<()> {
    table::head(
        "Formats, shards, connections, sizes",
        "Our server alone. Each cell: records/s, p99, records per second of the server's processor.",
        &["operation", "bytes", "shards", "connections", "JSON", "CBOR"],
    );
    for shards in SHARDS {
        for bytes in SIZES {
            let mut server = Server::start(run, Target::ours(), "variety").await?;
            server.create_stream("variety", shards).await?;
            for operation in ["PutRecord", "PutRecords", "GetRecords"] {
                for connections in CONNECTIONS {
                    let mut cells = vec![
                        operation.to_owned(),
                        bytes.to_string(),
                        shards.to_string(),
                        connections.to_string(),
                    ];
                    for wire in [Wire::Json, Wire::Cbor] {
                        let outcome = measure(run, &mut server, operation, wire, bytes, connections).await;
                        cells.push(shown(operation, wire, outcome));
                    }
                    table::row(&cells);
                }
            }
            drop(server);
            fs_err::remove_dir_all(run.data_dir.join("variety"))?;
        }
    }
    Ok(())
}

async fn measure(
    run: &RunArguments,
    server: &mut Server,
    operation: &str,
    wire: Wire,
    bytes: usize,
    connections: usize,
) -> Result<Outcome> {
    let fitting = |request_bytes: usize| (PREPARED_BYTES_MAX / request_bytes).clamp(1, 2_048);
    let requests: Vec<Prepared> = match operation {
        "PutRecord" => server.requests.put_record("variety", wire, bytes, fitting(bytes * 2))?,
        "PutRecords" => server.requests.put_records("variety", wire, bytes, fitting(bytes * 700).min(64))?,
        _ => server.pages("variety", wire).await?,
    };
    server.load(requests, connections, run.seconds * SHARE_OF_SECONDS).await
}

fn shown(operation: &str, wire: Wire, outcome: Result<Outcome>) -> String {
    match outcome {
        Ok(outcome) => format!(
            "{}/s, {}, {}",
            table::count(outcome.records_per_sec()),
            table::millis(outcome.millis_at(99)),
            table::count(outcome.records_per_cpu_sec())
        ),
        Err(error) => {
            eprintln!("{operation} in {}: {error:#}", wire.name());
            "-".to_owned()
        }
    }
}
