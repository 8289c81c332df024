//! `alluvium store`: looks at the streams of a data directory that no server has open; nothing is changed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use alluvium_stream_store::{
    Files, Finding, InspectError, OpenError, Progress, StoreTally, Tally, VerifyReport, tally_directory,
    verify_directory,
};
use clap::Subcommand;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;
use crate::progress::{self, Counter};
use crate::server::TOKEN_KEY_FILE;

/// Below a data directory: the streams.
const STREAMS_DIR: &str = "streams";
/// How many streams the table for people shows; `--json` shows all.
const STREAMS_SHOWN: usize = 50;
const MEBIBYTE: u64 = 1024 * 1024;

/// The commands of `store`.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Proves that all records are there as they were written, and names what is not
    #[command(
        after_help = "Exit codes: 0 sound, 1 something is wrong (or the directory is in use), 2 there is no store.\n\n\
                      Example:  alluvium store verify alluvium-data"
    )]
    Verify(StoreArgs),
    /// Counts records and bytes by stream and retention class
    #[command(after_help = "Example:  alluvium store stats alluvium-data --json")]
    Stats(StoreArgs),
}

/// The arguments of each.
#[derive(Debug, clap::Args)]
pub(crate) struct StoreArgs {
    /// A data directory, or the directory `streams` in one; no server may have it open
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(command: StoreCommand) -> Result<(), Failure> {
    // Reads files from end to end: nothing for the runtime's own threads.
    tokio::task::spawn_blocking(move || match command {
        StoreCommand::Verify(args) => verify(&args),
        StoreCommand::Stats(args) => stats(&args),
    })
    .await?
}

fn verify(args: &StoreArgs) -> Result<(), Failure> {
    let dir = streams_dir(&args.dir)?;
    let report = counted("verify", |progress| verify_directory(&Files, &dir, &[TOKEN_KEY_FILE], progress))?;
    if args.json {
        progress::result_line(&report_json(&report).to_string())?;
    } else {
        for (word, findings) in [("problem", &report.problems), ("note", &report.notes)] {
            for finding in findings {
                progress::result_line(&format!("{word}: {finding}"))?;
            }
        }
        progress::result_text(&totals(&report.tally))?;
    }
    if report.is_sound() {
        if !args.json {
            progress::result_line("sound: all is there as it was written")?;
        }
        return Ok(());
    }
    let problems = report.problems.len() as u64 + report.problems_more;
    let word = if problems == 1 { "problem" } else { "problems" };
    Err(Failure::Failed(anyhow::anyhow!("{}: {problems} {word}", dir.display())))
}

fn stats(args: &StoreArgs) -> Result<(), Failure> {
    let dir = streams_dir(&args.dir)?;
    let tally = counted("stats", |progress| tally_directory(&Files, &dir, progress))?;
    if args.json {
        progress::result_line(&tally_json(&tally).to_string())?;
    } else {
        progress::result_text(&streams_table(&tally))?;
        progress::result_text(&totals(&tally))?;
    }
    Ok(())
}

/// Where the streams of a directory are.
fn streams_dir(dir: &Path) -> Result<PathBuf, Failure> {
    if !dir.is_dir() {
        return Err(Failure::usage(format!("{}: there is no such directory", dir.display())));
    }
    let below = dir.join(STREAMS_DIR);
    Ok(if below.is_dir() { below } else { dir.to_owned() })
}

/// Does the work and shows how far it is.
fn counted<T>(
    label: &'static str,
    work: impl FnOnce(&mut dyn FnMut(Progress)) -> Result<T, InspectError>,
) -> Result<T, Failure> {
    let mut counter: Option<Counter> = None;
    let mut mebibytes = 0;
    let done = work(&mut |progress: Progress| {
        mebibytes = progress.bytes / MEBIBYTE;
        let counter =
            counter.get_or_insert_with(|| Counter::start(label, Some(progress.bytes_all / MEBIBYTE)));
        counter.show(mebibytes, &format!("of {} MiB read", progress.bytes_all / MEBIBYTE));
    });
    if let Some(counter) = counter {
        let end = if done.is_ok() { "" } else { ", stopped" };
        counter.finish(&format!("{mebibytes} MiB read{end}"));
    }
    done.map_err(|error| match error {
        InspectError::Open(OpenError::NotAStore { .. }) => Failure::usage_from(error),
        InspectError::Open(_) | InspectError::Io(_) => Failure::Failed(error.into()),
    })
}

fn streams_table(tally: &StoreTally) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["stream", "open shards", "closed", "records", "bytes", "oldest", "newest"]);
    for stream in tally.streams.iter().take(STREAMS_SHOWN) {
        let records = &stream.records;
        table.add_row([
            stream.name.to_string(),
            stream.shards_open.to_string(),
            stream.shards_closed.to_string(),
            records.records.to_string(),
            records.bytes.to_string(),
            moment(records.oldest_millis).unwrap_or_default(),
            moment(records.newest_millis).unwrap_or_default(),
        ]);
    }
    let mut text = format!("{table}\n");
    if tally.streams.len() > STREAMS_SHOWN {
        let _ = writeln!(text, "and {} streams more; --json shows all", tally.streams.len() - STREAMS_SHOWN);
    }
    text
}

fn totals(tally: &StoreTally) -> String {
    let mut text = String::new();
    for (class, records) in &tally.classes {
        let _ =
            writeln!(text, "kept for a {class:<5} {:>12} records, {} bytes", records.records, records.bytes);
    }
    let _ = write!(
        text,
        "in all           {:>12} records, {} bytes\nto be given back {:>12} records, {} bytes\n\
         segments         {:>12}, {} bytes; catalog {} bytes\n",
        tally.records.records,
        tally.records.bytes,
        tally.dead.records,
        tally.dead.bytes,
        tally.segments,
        tally.segment_bytes,
        tally.catalog_bytes
    );
    text
}

fn report_json(report: &VerifyReport) -> Value {
    json!({
        "sound": report.is_sound(),
        "problems": report.problems.iter().map(finding_json).collect::<Vec<_>>(),
        "problems_more": report.problems_more,
        "notes": report.notes.iter().map(finding_json).collect::<Vec<_>>(),
        "tally": tally_json(&report.tally),
    })
}

fn finding_json(finding: &Finding) -> Value {
    json!({ "file": finding.path, "offset": finding.offset, "what": finding.what, "advice": finding.advice })
}

fn tally_json(tally: &StoreTally) -> Value {
    let streams: Vec<Value> = tally
        .streams
        .iter()
        .map(|stream| {
            json!({
                "name": stream.name.to_string(),
                "stream_id": stream.stream_id,
                "shards_open": stream.shards_open,
                "shards_closed": stream.shards_closed,
                "records": records_json(&stream.records),
            })
        })
        .collect();
    let classes: serde_json::Map<String, Value> =
        tally.classes.iter().map(|(class, records)| ((*class).to_owned(), records_json(records))).collect();
    json!({
        "streams": streams,
        "classes": classes,
        "records": records_json(&tally.records),
        "dead": records_json(&tally.dead),
        "segments": tally.segments,
        "segment_bytes": tally.segment_bytes,
        "catalog_bytes": tally.catalog_bytes,
    })
}

fn records_json(records: &Tally) -> Value {
    json!({
        "records": records.records,
        "bytes": records.bytes,
        "oldest": moment(records.oldest_millis),
        "newest": moment(records.newest_millis),
    })
}

/// A time as RFC 3339; none for a time that no calendar has.
fn moment(millis: Option<i64>) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis?) * 1_000_000).ok()?;
    moment.format(&Rfc3339).ok()
}
