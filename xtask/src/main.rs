//! `cargo xtask`: the one entry point for people and CI.
//!
//! What must stay true: it builds in seconds, since everything else waits for it, and what it runs it prints, so that every
//! step can be repeated by hand.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod bench;
mod bench_templates;
mod databases;
mod debian;
mod demo;
mod java;
mod lint;
mod node;
mod one_build;
mod python;
mod recorded_tests;
mod step;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;

use workspace::Workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  demo [ARGUMENTS]          builds the program and runs `alluvium demo` with the arguments
  test                      sets up what tests need and runs every check; what CI runs
  secrets                   searches what the last `test` kept of the program's output and answers for the secrets in use
  tidy                      checks what clippy cannot: arrows between crates, opening comments, sizes, banned words
  fmt                       formats the code
  lint                      rustfmt and clippy, warnings being errors
  bench [NAME] [--release] [-- ARGUMENTS]
                            measures; without a name lists what there is to measure
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let takes_arguments = matches!(command.as_str(), "demo" | "bench");
    if let (Some(extra), false) = (rest.first(), takes_arguments) {
        eprintln!("`{command}` takes no arguments, got `{extra}`\n\n{USAGE}");
        return ExitCode::from(2);
    }
    match run(command, rest) {
        Ok(Some(code)) => code,
        Ok(None) => {
            eprintln!("there is no command `{command}`\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// None when there is no such command.
fn run(command: &str, arguments: &[String]) -> Result<Option<ExitCode>> {
    let workspace = Workspace::find()?;
    match command {
        "demo" => return demo::run(&workspace, arguments).map(Some),
        "test" => test::run(&workspace)?,
        "secrets" => recorded_tests::search(&workspace)?,
        "tidy" => tidy::run(&workspace)?,
        "fmt" => lint::format(&workspace)?,
        "lint" => lint::run(&workspace)?,
        "bench" => bench::run(&workspace, arguments)?,
        "help" | "-h" | "--help" => print!("{USAGE}"),
        _ => return Ok(None),
    }
    Ok(Some(ExitCode::SUCCESS))
}
