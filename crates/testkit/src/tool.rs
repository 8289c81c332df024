//! The tools that `cargo xtask test` sets up and names in the environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::recording::directory;

/// Set by `cargo xtask test`: what is missing fails instead of being passed over.
const REQUIRE_VARIABLE: &str = "ALLUVIUM_REQUIRE_TOOLS";
/// What `cargo xtask test` says of a tool that the machine does without.
const ABSENT: &str = "absent";

/// The path in a variable; `None`, with a line that says so, when there is none.
pub(crate) fn tool(variable: &str) -> Option<PathBuf> {
    let told = std::env::var(variable).ok();
    if let Some(path) = told.as_deref().filter(|path| *path != ABSENT) {
        return Some(PathBuf::from(path));
    }
    assert!(
        told.is_some() || std::env::var(REQUIRE_VARIABLE).is_err(),
        "{variable} is not set although tools are required"
    );
    #[expect(clippy::print_stderr, reason = "a test that passes over something says so")]
    {
        eprintln!("passed over: {variable} names no tool; `cargo xtask test` sets it up");
    }
    None
}

/// Takes away what would send a client elsewhere or make it wait; has clients in Python keep the answers that they get, in a run that
/// is recorded.
pub(crate) fn clean(command: &mut Command) {
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
        .env("AWS_REGION", "us-east-1")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if directory().is_some() {
        let recorder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recorder");
        command.env("PYTHONPATH", recorder);
    }
}
