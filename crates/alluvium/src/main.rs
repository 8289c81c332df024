//! The program: reads the command line, runs one command, and turns its end into an exit code.
//!
//! What must stay true: this crate is the only one that prints, reads the environment, or knows every other crate.

mod cli;
mod config;
mod failure;
mod interrupt;
mod open_methods;
mod pipelines;
mod posting;
mod progress;
mod provision;
mod rest_client;
mod server;
mod signer;
mod summary;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Unoptimised DataFusion plans deeper than tokio's default stack of 2 MiB allows.
const WORKER_STACK_BYTES: usize = 16 * 1024 * 1024;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    if let Err(failure) = telemetry::start(cli.log.as_deref()) {
        progress::error_line(&failure.to_string());
        return ExitCode::from(failure.exit_code());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(WORKER_STACK_BYTES)
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(async { tokio::spawn(cli::run(cli.command)).await }),
        Err(error) => {
            progress::error_line(&format!("cannot start the async runtime: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            progress::error_line(&failure.to_string());
            ExitCode::from(failure.exit_code())
        }
        Err(panic) => {
            progress::error_line(&format!("internal error, please report it: {panic}"));
            ExitCode::FAILURE
        }
    }
}
