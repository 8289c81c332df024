//! The packages of the tests' Node clients, pinned in tests/node; they lie in the target folder.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::step::execute;
use crate::workspace::Workspace;

const PINS: [&str; 2] = ["tests/node/package.json", "tests/node/package-lock.json"];
/// What AWS's SDK for JavaScript asks for.
const MAJOR_MIN: u32 = 20;

/// Node's packages, where they are installed; the folder that holds `node_modules`.
pub(crate) fn set_up(workspace: &Workspace) -> Result<PathBuf> {
    if version().is_err() {
        debian::install(&["nodejs", "npm"])?;
    }
    let version = version()?;
    let mut wanted = version.clone();
    for pin in PINS {
        wanted.push_str(&fs_err::read_to_string(workspace.root.join(pin))?);
    }
    let folder = workspace.target.join("node");
    let stamp = folder.join("made-from");
    if fs_err::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        println!("{} is current (node {version})", folder.display());
        return Ok(folder);
    }
    fs_err::create_dir_all(&folder)?;
    for pin in PINS {
        let from = workspace.root.join(pin);
        let name = from.file_name().context("a pin is a file")?;
        fs_err::copy(&from, folder.join(name))?;
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder);
    execute(&mut install)?;
    // Last, so that an installation that was not finished is made again.
    fs_err::write(&stamp, wanted)?;
    Ok(folder)
}

fn version() -> Result<String> {
    let asked = Command::new("node").arg("--version").output().context("cannot run `node`")?;
    let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if major(&version).is_none_or(|major| major < MAJOR_MIN) {
        bail!("the tests' clients want Node.js {MAJOR_MIN} or newer, `node` is {version:?}");
    }
    Ok(version)
}

/// `v20.20.2`: 20.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major(""), None);
    }
}
