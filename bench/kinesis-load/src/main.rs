//! Puts load on Kinesis servers, ours and others, and prints Markdown tables: `cargo xtask bench kinesis`.
//!
//! What must stay true: every request is signed as AWS's clients sign, whoever reads it; the server has one core and the load
//! another; a server that this program starts ends with it.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints what it measured")]

mod arguments;
mod bare_server;
mod cbor;
mod control;
mod disk;
mod growth;
mod install;
mod requests;
mod section;
mod side_by_side;
mod start;
mod table;
mod target;
mod variety;

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
    match arguments.command {
        // As our own server has: one worker for each core it may use.
        Command::Bare { address } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(bare_server::serve(address))
        }
        Command::Run(run) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            tokio::task::LocalSet::new().block_on(&runtime, section::run(&run))
        }
    }
}
