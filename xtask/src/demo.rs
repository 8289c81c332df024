//! Builds the program and runs its demo.

use std::process::ExitCode;

use anyhow::Result;

use crate::step::{execute, line};
use crate::workspace::Workspace;

/// Ends with the program's own exit code.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    execute(&mut workspace.cargo(&["build", "--package", "alluvium"]))?;
    let mut program = std::process::Command::new(workspace.program("debug"));
    // `cargo xtask demo -- --keep` is what users of `cargo run` write.
    let arguments = arguments.strip_prefix(&["--".to_owned()]).unwrap_or(arguments);
    program.arg("demo").args(arguments);
    eprintln!("$ {}", line(&program));
    hand_over(program)
}

/// The program takes the place of this process, so that Ctrl-C reaches it alone and is waited for.
#[cfg(unix)]
fn hand_over(mut program: std::process::Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    let line = line(&program);
    Err(anyhow::Error::new(program.exec()).context(format!("cannot run `{line}`")))
}

#[cfg(not(unix))]
fn hand_over(mut program: std::process::Command) -> Result<ExitCode> {
    let code = program.status()?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
