//! Raw records to clean rows in a Delta table, beside Spark Structured Streaming, in Markdown tables: `cargo xtask bench pipeline`.
//!
//! What must stay true: both engines read the same files, do the same cleaning and write every row, which is counted; each
//! measurement is a process of its own, so that start-up and memory are its own too.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints what it measured")]

mod arguments;
mod child;
mod definition;
mod files;
mod growth;
mod kinesis;
mod latency;
mod pass;
mod records;
mod section;
mod shares;
mod spark;
mod stream;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use arguments::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match act(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(arguments: Arguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Run(run) => section::run(&run).await,
            Command::Files { input, output, passes } => files::measure(&input, &output, passes).await,
            Command::Stream { input, output } => stream::measure(&input, &output).await,
            Command::Growth { output, commits } => growth::measure(&output, commits).await,
            Command::Latency { output, puts } => latency::measure(&output, puts).await,
            Command::Shares { input, output } => shares::measure(&input, &output).await,
        }
    })
}
