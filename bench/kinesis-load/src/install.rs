//! Puts the other servers where they are looked for, each by the client of its own registry.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Installs those that are missing below a directory; takes a few minutes, most of it for building ferrokinesis.
pub(crate) fn missing_peers(peers: &Path) -> Result<()> {
    fs_err::create_dir_all(peers)?;
    let peers = fs_err::canonicalize(peers)?;
    if !peers.join("ferrokinesis/bin/ferrokinesis").exists() {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", "ferrokinesis", "--version", "^0.7", "--root"])
            .arg(peers.join("ferrokinesis"));
        execute(&mut cargo)?;
    }
    let npm = peers.join("npm");
    if !npm.join("node_modules/kinesalite/cli.js").exists()
        || !npm.join("node_modules/kinesis-local/main.js").exists()
    {
        fs_err::create_dir_all(&npm)?;
        let mut command = Command::new("npm");
        command.args(["install", "--no-audit", "--no-fund", "kinesalite@3.3", "kinesis-local@0.6"]);
        execute(command.current_dir(&npm))?;
    }
    let moto = peers.join("moto");
    if !moto.join("bin/moto_server").exists() {
        execute(Command::new("python3").args(["-m", "venv"]).arg(&moto))?;
        execute(Command::new(moto.join("bin/pip")).args(["install", "--quiet", "moto[server]>=5,<6"]))?;
    }
    Ok(())
}

/// Runs a command to its end; what it prints goes to stderr, for stdout is for tables.
fn execute(command: &mut Command) -> Result<()> {
    eprintln!("$ {command:?}");
    let status =
        command.stdout(std::io::stderr()).status().with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}
