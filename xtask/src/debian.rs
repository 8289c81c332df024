//! Debian's packages, which root can add when a tool is missing.

use std::process::Command;

use anyhow::{Result, bail};

use crate::step::execute;

/// Installs packages, or says how to.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !is_root_of_debian() {
        bail!("missing; on Debian: apt-get install {}", packages.join(" "));
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        execute(&mut command)
    };
    let install = [&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat();
    if apt_get(&install).is_ok() {
        return Ok(());
    }
    // A machine that never asked has no list of packages.
    apt_get(&["update", "--quiet"])?;
    apt_get(&install)
}

fn is_root_of_debian() -> bool {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    is_root && Command::new("apt-get").arg("--version").output().is_ok()
}
