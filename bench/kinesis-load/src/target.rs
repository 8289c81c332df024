//! The servers that are measured: how each is found, started and told apart.

use std::fs::Permissions;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use crate::arguments::RunArguments;
use crate::requests::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// What a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Ferrokinesis { on_disk: bool },
    Kinesalite { on_disk: bool },
    KinesisLocal,
    Moto,
    Bare,
}

/// A server to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

const TARGETS: [Target; 8] = [
    Target { name: "Alluvium, synced and verified", kind: Kind::Ours },
    Target { name: "ferrokinesis in memory", kind: Kind::Ferrokinesis { on_disk: false } },
    Target { name: "ferrokinesis on disk", kind: Kind::Ferrokinesis { on_disk: true } },
    Target { name: "kinesalite in memory", kind: Kind::Kinesalite { on_disk: false } },
    Target { name: "kinesalite on LevelDB", kind: Kind::Kinesalite { on_disk: true } },
    Target { name: "kinesis-local in memory", kind: Kind::KinesisLocal },
    Target { name: "moto in memory", kind: Kind::Moto },
    Target { name: "bare hyper server", kind: Kind::Bare },
];

/// The servers that are asked for and there, ours first. Says on stderr which are not there.
pub(crate) fn present(run: &RunArguments) -> Vec<Target> {
    let wanted =
        |target: &Target| run.only.is_empty() || run.only.iter().any(|part| target.name.contains(part));
    TARGETS
        .into_iter()
        .filter(wanted)
        .filter(|target| match target.program(run) {
            Some(program) if program.exists() => true,
            Some(program) => {
                eprintln!("{} is left out: there is no {}", target.name, program.display());
                false
            }
            None => {
                eprintln!("{} is left out: --peers-dir is not given", target.name);
                false
            }
        })
        .collect()
}

/// An address on loopback that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?)
}

impl Target {
    pub(crate) fn ours() -> Self {
        TARGETS[0]
    }

    /// Whether it keeps records, so that they can be read.
    pub(crate) fn keeps_records(self) -> bool {
        self.kind != Kind::Bare
    }

    /// The file that proves that it is there.
    fn program(self, run: &RunArguments) -> Option<PathBuf> {
        let peers = run.peers_dir.as_deref();
        match self.kind {
            Kind::Ours => Some(run.server.clone()),
            Kind::Ferrokinesis { .. } => peers.map(|peers| peers.join("ferrokinesis/bin/ferrokinesis")),
            Kind::Kinesalite { .. } => peers.map(|peers| peers.join("npm/node_modules/kinesalite/cli.js")),
            Kind::KinesisLocal => peers.map(|peers| peers.join("npm/node_modules/kinesis-local/main.js")),
            Kind::Moto => peers.map(|peers| peers.join("moto/bin/moto_server")),
            Kind::Bare => std::env::current_exe().ok(),
        }
    }

    /// The command that starts it over a directory.
    pub(crate) fn command(self, run: &RunArguments, address: SocketAddr, dir: &Path) -> Result<Command> {
        let program = self.program(run).context("a server that is present has a program")?;
        let port = address.port().to_string();
        let mut command = match self.kind {
            Kind::Kinesalite { .. } | Kind::KinesisLocal => {
                let mut node = Command::new("node");
                node.arg(&program);
                node
            }
            _ => Command::new(&program),
        };
        match self.kind {
            Kind::Ours if program.file_stem().is_some_and(|name| name == "alluvium") => {
                ours_whole(&mut command, address, dir)?;
            }
            Kind::Ours => {
                command.arg(dir).arg(address.to_string()).args([ACCESS_KEY_ID, SECRET_ACCESS_KEY]);
            }
            Kind::Ferrokinesis { on_disk } => {
                command.args(["--port", &port, "--shard-limit", "100000", "--create-stream-ms", "10"]);
                command.args(["--log-level", "error", "--max-request-body-mb", "64"]);
                if on_disk {
                    command.arg("--state-dir").arg(dir);
                }
            }
            Kind::Kinesalite { on_disk } => {
                command.args(["--port", &port, "--shardLimit", "100000", "--createStreamMs", "10"]);
                if on_disk {
                    command.arg("--path").arg(dir);
                }
            }
            Kind::KinesisLocal => {
                let tls = free_address()?.port().to_string();
                command.envs([("KINESIS_MOCK_PLAIN_PORT", port), ("KINESIS_MOCK_TLS_PORT", tls)]);
                command.envs([("SHARD_LIMIT", "100000"), ("CREATE_STREAM_DURATION", "10ms")]);
                command.envs([("LOG_LEVEL", "ERROR"), ("ROOT_LOG_LEVEL", "ERROR")]);
                command.current_dir(program.parent().context("a program is in a directory")?);
            }
            Kind::Moto => {
                command.args(["-H", "127.0.0.1", "-p", &port]).env("MOTO_KINESIS_SHARD_LIMIT", "100000");
            }
            Kind::Bare => {
                command.arg("bare").arg(address.to_string());
            }
        }
        Ok(command)
    }
}

/// The whole program, with a user whose key is the one that this program signs with (docs/format/iam.md).
fn ours_whole(command: &mut Command, address: SocketAddr, dir: &Path) -> Result<()> {
    let iam = dir.join("iam");
    if !iam.exists() {
        let key = json!({
            "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET_ACCESS_KEY, "created_millis": 0,
        });
        let user = json!({ "name": "bench", "id": "AIDAALLUVIUMBENCH000", "created_millis": 0, "access_keys": [key] });
        let document = json!({ "version": 1, "users": [user], "roles": [] }).to_string();
        fs_err::create_dir_all(&iam)?;
        fs_err::write(iam.join("iam.json"), document)?;
        fs_err::set_permissions(iam.join("iam.json"), Permissions::from_mode(0o600))?;
        fs_err::set_permissions(&iam, Permissions::from_mode(0o700))?;
    }
    command.args(["serve", "--json", "--auth", "enforce", "--creating-ms", "0", "--listen"]);
    command.arg(address.to_string()).arg("--data-dir").arg(dir);
    Ok(())
}
