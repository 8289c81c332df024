//! The Python environment of the tests: AWS's clients, moto, DuckDB, delta-rs's package, pinned in tests/requirements.txt.
//!
//! It lives in the target folder and is made anew when the pins or the interpreter change.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::step::execute;
use crate::workspace::Workspace;

const REQUIREMENTS: &str = "tests/requirements.txt";

/// Makes the environment unless it is there and current; returns its interpreter.
pub(crate) fn set_up(workspace: &Workspace) -> Result<PathBuf> {
    let base = std::env::var("PYTHON").unwrap_or_else(|_unset| "python3".to_owned());
    let version = version(&base)?;
    let requirements = workspace.root.join(REQUIREMENTS);
    let wanted = format!("{version}\n{}", fs_err::read_to_string(&requirements)?);
    let environment = workspace.target.join("python");
    let interpreter = environment.join("bin").join("python");
    let stamp = environment.join("made-from");
    if interpreter.exists() && fs_err::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        println!("{} is current ({version})", environment.display());
        return Ok(interpreter);
    }
    make_environment(workspace, &base, &environment)?;
    let mut install = Command::new(&interpreter);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    execute(install.arg(&requirements))?;
    // Last, so that an environment that was not finished is made again.
    fs_err::write(&stamp, wanted)?;
    Ok(interpreter)
}

fn version(base: &str) -> Result<String> {
    let asked = Command::new(base).arg("--version").output().with_context(|| {
        format!("cannot run `{base}`; tests want Python 3.11 or newer (set PYTHON to name one)")
    })?;
    let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if !is_new_enough(&version) {
        bail!("tests want Python 3.11 or newer, `{base}` is {version} (set PYTHON to name another)");
    }
    Ok(version)
}

/// `Python 3.11.7`: is that 3.11 or newer?
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches("Python ").split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (3, 11),
        _ => false,
    }
}

/// Debian keeps `venv` in a package of its own, which root can add.
fn make_environment(workspace: &Workspace, base: &str, environment: &Path) -> Result<()> {
    let make = || {
        let mut make = workspace.command(base, &["-m", "venv", "--clear"]);
        execute(make.arg(environment))
    };
    let Err(error) = make() else { return Ok(()) };
    debian::install(&["python3-venv"])
        .context(error)
        .context("cannot make a Python environment; it needs Python's own package `venv`")?;
    make()
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn python_3_11_is_the_oldest() {
        assert!(is_new_enough("Python 3.11.0"));
        assert!(is_new_enough("Python 3.13.1"));
        assert!(is_new_enough("Python 4.0"));
        assert!(!is_new_enough("Python 3.9.18"));
        assert!(!is_new_enough("Python 2.7.18"));
        assert!(!is_new_enough(""));
    }
}
