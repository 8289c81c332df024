//! The Python that `cargo xtask test` sets up with boto3, the AWS CLI, moto, DuckDB and delta-rs's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Finished, run, text};

/// The interpreter's path, set by `cargo xtask test`.
const PYTHON_VARIABLE: &str = "ALLUVIUM_PYTHON";
/// Set by `cargo xtask test`: what is missing fails instead of being passed over.
const REQUIRE_VARIABLE: &str = "ALLUVIUM_REQUIRE_TOOLS";

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
    if let Ok(path) = std::env::var(PYTHON_VARIABLE) {
        return Some(Python { interpreter: PathBuf::from(path) });
    }
    assert!(
        std::env::var(REQUIRE_VARIABLE).is_err(),
        "{PYTHON_VARIABLE} is not set although tools are required"
    );
    #[expect(clippy::print_stderr, reason = "a test that passes over something says so")]
    {
        eprintln!("passed over: {PYTHON_VARIABLE} is not set; `cargo xtask test` sets it up");
    }
    None
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

/// Takes away what would send a client elsewhere or make it wait.
fn clean(command: &mut Command) {
    for name in [
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_SESSION_TOKEN",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
    ] {
        command.env_remove(name);
    }
    command
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
}
