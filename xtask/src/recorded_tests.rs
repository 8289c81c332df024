//! The tests, with everything that they and the program say kept below the target folder, and the search of it for secrets.
//!
//! What must stay true: the output of tests that went well is kept and not shown, so that the terminal shows what `cargo test` shows.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use alluvium_testkit::{RECORDING_VARIABLE, search_for_secrets};
use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::step::line;
use crate::workspace::Workspace;

/// Secrets that stand in tests' own text: those of AWS's examples of signatures.
const IN_TESTS: [&str; 2] =
    ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"];

fn recording(workspace: &Workspace) -> PathBuf {
    workspace.target.join("recording")
}

/// Runs the tests, which are told to show the output of those that go well too.
pub(crate) fn run(workspace: &Workspace, tests: &mut Command) -> Result<()> {
    let recording = recording(workspace);
    if recording.exists() {
        fs_err::remove_dir_all(&recording)?;
    }
    fs_err::create_dir_all(&recording)?;
    let mut examples = fs_err::File::create(recording.join("examples.secrets.jsonl"))?;
    for value in IN_TESTS {
        writeln!(examples, "{}", json!({ "what": "a secret of AWS's examples", "value": value }))?;
    }

    let line = line(tests);
    eprintln!("$ {line}");
    let mut child = tests
        .env(RECORDING_VARIABLE, &recording)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let mut kept = fs_err::File::create(recording.join("cargo-test.records.jsonl"))?;
    let mut shown = Shown::default();
    for said in BufReader::new(stdout).split(b'\n') {
        let said = String::from_utf8_lossy(&said?).into_owned();
        if shown.is_for_the_terminal(&said) {
            println!("{said}");
        }
        writeln!(kept, "{}", json!({ "source": "cargo test", "text": said }))?;
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}`: {status}");
    }
    Ok(())
}

/// Searches what the tests left behind.
pub(crate) fn search(workspace: &Workspace) -> Result<()> {
    let found = search_for_secrets(&recording(workspace))?;
    for leak in &found.leaks {
        println!("{leak}");
    }
    if !found.leaks.is_empty() {
        bail!("{} outputs or answers show a secret", found.leaks.len());
    }
    if found.secrets <= IN_TESTS.len() || found.records == 0 {
        bail!("the tests left {} secrets and {} records: nothing was searched", found.secrets, found.records);
    }
    println!(
        "{} secrets are in none of {} outputs and answers ({} MB)",
        found.secrets,
        found.records,
        found.bytes / 1_000_000
    );
    Ok(())
}

/// Which lines of the tests' output a terminal shows.
#[derive(Default)]
struct Shown {
    inside_successes: bool,
}

impl Shown {
    fn is_for_the_terminal(&mut self, line: &str) -> bool {
        if line == "successes:" {
            self.inside_successes = true;
        } else if line == "failures:" || line.starts_with("test result:") {
            self.inside_successes = false;
        }
        !self.inside_successes
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn the_output_of_tests_that_went_well_is_not_shown() {
        let said = "test a ... ok\n\nsuccesses:\n\n---- a stdout ----\nhello\n\nsuccesses:\n    a\n\nfailures:\n\n---- b \
                    stdout ----\nno\n\ntest result: FAILED";
        let mut shown = Shown::default();
        let lines: Vec<&str> = said.lines().filter(|line| shown.is_for_the_terminal(line)).collect();
        assert_eq!(
            lines,
            ["test a ... ok", "", "failures:", "", "---- b stdout ----", "no", "", "test result: FAILED"]
        );
    }
}
