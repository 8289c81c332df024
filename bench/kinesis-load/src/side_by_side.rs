//! Every server under the same load in one run: 1 KiB records, JSON, four shards.

use alluvium_load::{Outcome, Prepared};
use anyhow::Result;

use crate::arguments::RunArguments;
use crate::control::Server;
use crate::requests::Wire;
use crate::table;
use crate::target::{self, Kind, Target};

const STREAM: &str = "side-by-side";
const SHARDS: usize = 4;
const RECORD_BYTES: usize = 1024;

/// The loads, in the order in which a server gets them; pages are read of what was put.
const LOADS: [(&str, Job, usize); 5] = [
    ("PutRecord, 1 connection", Job::PutRecord, 1),
    ("PutRecord, 64 connections", Job::PutRecord, 64),
    ("PutRecords of 500, 4 connections", Job::PutRecords, 4),
    ("PutRecords of 500, 64 connections", Job::PutRecords, 64),
    ("GetRecords, full pages, 4 connections", Job::GetRecords, 4),
];

#[derive(Clone, Copy)]
enum Job {
    PutRecord,
    PutRecords,
    GetRecords,
}

pub(crate) async fn run(run: &RunArguments) -> Result<()> {
    let targets = target::present(run);
    let mut best: Vec<Vec<Option<Outcome>>> = vec![vec![None; LOADS.len()]; targets.len()];
    for round in 1..=run.rounds {
        for (target, best) in targets.iter().zip(&mut best) {
            eprintln!("round {round}: {}", target.name);
            if let Err(error) = measure(run, *target, best).await {
                eprintln!("{}: {error:#}", target.name);
            }
            fs_err::remove_dir_all(run.data_dir.join(STREAM))?;
        }
    }
    let ours: Vec<Option<f64>> = match targets.first() {
        Some(first) if first.kind == Kind::Ours => {
            best[0].iter().map(|outcome| outcome.as_ref().map(Outcome::records_per_sec)).collect()
        }
        _ => vec![None; LOADS.len()],
    };
    for (index, (name, _, _)) in LOADS.iter().enumerate().filter(|(_, (name, _, _))| wanted(run, name)) {
        table::head(
            name,
            "1 KiB records, JSON, 4 shards; the best round. Ours over the server's in the second column.",
            &["server", "ours is", "records/s", "MB/s", "p50", "p99", "records per CPU s", "memory"],
        );
        for (target, best) in targets.iter().zip(&best) {
            show(*target, best[index].as_ref(), ours[index]);
        }
    }
    Ok(())
}

fn wanted(run: &RunArguments, name: &str) -> bool {
    run.loads.is_empty() || run.loads.iter().any(|part| name.contains(part))
}

fn show(target: Target, outcome: Option<&Outcome>, ours: Option<f64>) {
    let Some(outcome) = outcome.filter(|outcome| outcome.records > 0) else {
        table::row(&[target.name, "-", "-", "-", "-", "-", "-", "-"]);
        return;
    };
    let ratio = ours.map_or("-".to_owned(), |ours| format!("{:.1}x", ours / outcome.records_per_sec()));
    table::row(&[
        target.name.to_owned(),
        ratio,
        table::count(outcome.records_per_sec()),
        format!("{:.1}", outcome.megabytes_per_sec()),
        table::millis(outcome.millis_at(50)),
        table::millis(outcome.millis_at(99)),
        table::count(outcome.records_per_cpu_sec()),
        table::mib(outcome.usage.memory_mib),
    ]);
}

/// One round of one server; better outcomes replace those in `best`.
async fn measure(run: &RunArguments, target: Target, best: &mut [Option<Outcome>]) -> Result<()> {
    let mut server = Server::start(run, target, STREAM).await?;
    if target.keeps_records() {
        server.create_stream(STREAM, SHARDS).await?;
    }
    for ((name, job, connections), best) in LOADS.iter().zip(best) {
        if !wanted(run, name) {
            continue;
        }
        let requests = match job {
            Job::PutRecord => server.requests.put_record(STREAM, Wire::Json, RECORD_BYTES, 2_048)?,
            Job::PutRecords => server.requests.put_records(STREAM, Wire::Json, RECORD_BYTES, 64)?,
            Job::GetRecords if target.keeps_records() => server.pages(STREAM, Wire::Json).await?,
            Job::GetRecords => bare_pages(&server)?,
        };
        let outcome = server.load(requests, *connections, run.seconds).await?;
        if best.as_ref().is_none_or(|best| best.records < outcome.records) {
            *best = Some(outcome);
        }
    }
    Ok(())
}

/// What stands for pages where there are no records: the answer has the size of a full page.
fn bare_pages(server: &Server) -> Result<Vec<Prepared>> {
    let bytes = server.requests.get_records(Wire::Json, "iterator")?;
    Ok(vec![Prepared { bytes, records: 10_000, data_bytes: 10_240_000 }])
}
