//! The sections of a run, each as the Markdown table that it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::arguments::{Run, Section};
use crate::pass::Pass;
use crate::{child, records, spark};

/// The first pass counts the start-up, the second is warm.
const PASSES: usize = 2;

pub(crate) async fn run(run: &Run) -> Result<()> {
    fs_err::create_dir_all(&run.data_dir)?;
    let data_dir = fs_err::canonicalize(&run.data_dir)?;
    for section in &run.sections {
        match section {
            Section::Files => files(run, &data_dir).await?,
            Section::Stream => stream(run, &data_dir).await?,
            Section::Latency => latency(run, &data_dir)?,
            Section::Shares => shares(&data_dir).await?,
            Section::Growth => growth(run, &data_dir)?,
        }
        println!();
    }
    Ok(())
}

/// Runs a command and reads the passes that it prints.
pub(crate) fn passes(command: &mut Command) -> Result<Vec<Pass>> {
    let lines = child::lines(command)?;
    let passes: Vec<Pass> = lines.iter().filter_map(|(line, at)| Pass::of_json(line, *at)).collect();
    if passes.is_empty() {
        bail!("{command:?} told of no pass");
    }
    Ok(passes)
}

async fn files(run: &Run, data_dir: &Path) -> Result<()> {
    println!(
        "From files, rows/s; the start-up counts from the start of the process to the end of its first pass.\n"
    );
    println!(
        "| records | engine | with start-up | warm | CPU of a row, warm | peak memory |\n|---|---|---|---|---|---|"
    );
    for &count in &run.records {
        let input = records::folder(data_dir, count).await?;
        let output = emptied(data_dir)?;
        let ours = passes(child::own("files")?.arg(&input).arg(&output).arg(PASSES.to_string()))?;
        show(count, "ours", &ours);
        let Some(python) = &run.python else { continue };
        let spark = spark::passes(python, &input, &emptied(data_dir)?, PASSES)?;
        show(count, "Spark local[2]", &spark);
        let (ours, spark) = (ends(&ours), ends(&spark));
        if ours.0.rows != spark.0.rows {
            bail!("ours has {} rows and Spark {}", ours.0.rows, spark.0.rows);
        }
        println!(
            "| {count} | ours to Spark | {:.1}x | {:.1}x | {:.1}x | {:.1}x |",
            spark.0.since_start / ours.0.since_start,
            spark.1.seconds / ours.1.seconds,
            spark.1.cpu_seconds / ours.1.cpu_seconds,
            spark.1.peak_mib / ours.1.peak_mib,
        );
    }
    emptied(data_dir)?;
    if run.python.is_none() {
        println!("\nSpark is left out: name a Python that has it with --python");
    }
    Ok(())
}

/// The first pass and the last.
fn ends(passes: &[Pass]) -> (Pass, Pass) {
    let first = passes.first().copied().unwrap_or_default();
    (first, passes.last().copied().unwrap_or_default())
}

fn show(count: u64, engine: &str, passes: &[Pass]) {
    let (first, warm) = ends(passes);
    println!(
        "| {count} | {engine} | {:.0} ({:.1} s) | {:.0} ({:.1} s) | {:.2} us | {:.0} MiB |",
        first.rows as f64 / first.since_start,
        first.since_start,
        warm.rows_per_sec(),
        warm.seconds,
        warm.cpu_micros(),
        warm.peak_mib,
    );
}

async fn stream(run: &Run, data_dir: &Path) -> Result<()> {
    let input = records::folder(data_dir, run.stream_records).await?;
    let passes = passes(child::own("stream")?.arg(&input).arg(emptied(data_dir)?))?;
    println!("Through a stream of four shards in the same process, rows/s.\n");
    println!("| records | rows/s | CPU of a row | peak memory |\n|---|---|---|---|");
    for (what, pass) in ["all put before", "put meanwhile, the putting included"].iter().zip(passes) {
        println!(
            "| {}, {what} | {:.0} | {:.2} us | {:.0} MiB |",
            run.stream_records,
            pass.rows_per_sec(),
            pass.cpu_micros(),
            pass.peak_mib
        );
    }
    emptied(data_dir)?;
    Ok(())
}

fn latency(run: &Run, data_dir: &Path) -> Result<()> {
    let mut command = child::own("latency")?;
    let line = last(command.arg(emptied(data_dir)?).arg(run.puts.to_string()))?;
    println!("From a PUT's acknowledgement to its row, trigger 250 ms.\n");
    println!("| PUTs | p50 | p99 | most |\n|---|---|---|---|");
    let millis = |name: &str| line[name].as_f64().unwrap_or(f64::NAN);
    println!(
        "| {} | {:.0} ms | {:.0} ms | {:.0} ms |",
        line["puts"],
        millis("p50"),
        millis("p99"),
        millis("max")
    );
    Ok(())
}

async fn shares(data_dir: &Path) -> Result<()> {
    let input = records::folder(data_dir, 100_000).await?;
    let line = last(child::own("shares")?.arg(&input).arg(emptied(data_dir)?))?;
    let value = |name: &str| line[name].as_f64().unwrap_or(f64::NAN);
    let whole = value("whole");
    println!("Where the processor's time goes, from 100,000 records in files.\n");
    println!("| step | of one row | share |\n|---|---|---|");
    for (step, name) in [
        ("decoding JSON", "decode"),
        ("the SQL", "sql"),
        ("Parquet, the commits and reading the files", "rest"),
        ("all", "whole"),
    ] {
        println!("| {step} | {:.2} us | {:.0}% |", value(name), 100.0 * value(name) / whole);
    }
    println!(
        "\nBy the clock of the run itself: cleaning {} ms, writing {} ms, committing {} ms, which overlap.",
        line["clean_millis"], line["write_millis"], line["commit_millis"]
    );
    Ok(())
}

fn growth(run: &Run, data_dir: &Path) -> Result<()> {
    let mut command = child::own("growth")?;
    let lines = child::lines(command.arg(emptied(data_dir)?).arg(run.commits.to_string()))?;
    println!("Commits of 10 records one after the other, the mean of the last 100, without maintenance.\n");
    println!("| commits | of one | CPU of one | memory |\n|---|---|---|---|");
    for (line, _) in lines {
        let value = |name: &str| line[name].as_f64().unwrap_or(f64::NAN);
        println!(
            "| {} | {:.1} ms | {:.1} ms | {:.0} MiB |",
            line["commits"],
            value("millis"),
            value("cpu_millis"),
            value("memory_mib")
        );
    }
    emptied(data_dir)?;
    Ok(())
}

fn last(command: &mut Command) -> Result<Value> {
    let lines = child::lines(command)?;
    Ok(lines.into_iter().next_back().context("the measurement printed nothing")?.0)
}

/// A folder for tables, with nothing in it.
fn emptied(data_dir: &Path) -> Result<PathBuf> {
    let output = data_dir.join("output");
    if output.exists() {
        fs_err::remove_dir_all(&output)?;
    }
    fs_err::create_dir_all(&output)?;
    Ok(output)
}
