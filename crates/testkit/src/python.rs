//! The Python that `cargo xtask test` sets up with boto3, the AWS CLI, moto, DuckDB and delta-rs's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Finished, run, text};
use crate::tool::{clean, tool};

/// The interpreter's path, set by `cargo xtask test`.
const PYTHON_VARIABLE: &str = "ALLUVIUM_PYTHON";

/// A Python environment with the clients that tests drive.
#[derive(Debug, Clone)]
pub struct Python {
    interpreter: PathBuf,
}

/// The environment; `None`, with a line that says so, when a test runs without `cargo xtask test`.
///
/// # Panics
/// When the environment is required and missing.
pub fn python() -> Option<Python> {
    tool(PYTHON_VARIABLE).map(|interpreter| Python { interpreter })
}

impl Python {
    /// Runs a script with arguments to its end, with `environment` set and AWS settings of the caller taken away.
    pub fn script(&self, script: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        let mut command = self.command();
        command.arg(text(script)).args(arguments).envs(environment.iter().copied());
        run(&mut command, b"")
    }

    /// A command of the interpreter, to add arguments to.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        clean(&mut command);
        command
    }

    /// A command of a program that the environment installed, such as `aws` or `moto_server`.
    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.interpreter.with_file_name(name));
        clean(&mut command);
        command
    }
}
