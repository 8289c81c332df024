//! Puts records through the REST API of the example and directly, in one run, and prints what each costs:
//! `cargo run --release -p alluvium-gateway-load -- run DIRECTORY`.
//!
//! What must stay true: both ways end in the same streams of the same server, with the same data; the server has one core and the
//! load another.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints what it measured")]

mod emulate;
mod requests;
mod run;
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A record put through the REST API beside the same record put directly.
#[derive(Debug, Parser)]
enum Arguments {
    /// Measures, and prints a table in Markdown
    Run {
        /// An empty or missing directory for the server's data
        directory: PathBuf,
        /// How long each way is measured, in seconds
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
        /// How often; the ways take turns
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Connections that send one request after another
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// Measures the posting emulator: rows of a SQLite database, put one by one through the REST API
    Emulate {
        /// An empty or missing directory for the server's data and the database
        directory: PathBuf,
        /// How long, in seconds
        #[arg(long, default_value_t = 5.0)]
        seconds: f64,
        /// PUTs of each table that are on their way at once
        #[arg(long, default_value_t = 32)]
        concurrency: usize,
        /// Rows of each table of the database
        #[arg(long, default_value_t = 11_000)]
        rows: u32,
    },
    /// The server: Kinesis and the gateway in one process
    Serve {
        /// For its data
        directory: PathBuf,
        /// Where it listens
        address: SocketAddr,
    },
}

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
    match arguments {
        // As the program has: one worker for each core it may use.
        Arguments::Serve { directory, address } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(serve::serve(&directory, address))
        }
        Arguments::Emulate { directory, seconds, concurrency, rows } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(emulate::run(&directory, seconds, concurrency, rows))
        }
        Arguments::Run { directory, seconds, rounds, connections } => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let run = run::run(&directory, seconds, rounds, connections);
            tokio::task::LocalSet::new().block_on(&runtime, run)
        }
    }
}
