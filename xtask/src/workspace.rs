//! Where things are: the clone, the target folder, and the files that belong to the project.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The clone that this xtask was built from.
pub(crate) struct Workspace {
    /// The clone's top folder.
    pub(crate) root: PathBuf,
    /// Where cargo builds, honouring CARGO_TARGET_DIR.
    pub(crate) target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not inside a workspace")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            // Cargo takes a relative one from where it is called.
            Some(folder) => std::env::current_dir()?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root: root.to_owned(), target })
    }

    /// A command that runs at the clone's top and builds into [`Workspace::target`].
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Cargo, the one that runs us.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_unset| "cargo".to_owned());
        self.command(&cargo, arguments)
    }

    /// The built program of a profile's folder, `debug` or `release`.
    pub(crate) fn program(&self, profile_folder: &str) -> PathBuf {
        self.target.join(profile_folder).join(format!("alluvium{}", std::env::consts::EXE_SUFFIX))
    }

    /// Paths, from the top and with `/`, of all files that git tracks or would track.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let listed = self
            .command(
                "git",
                &["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
            )
            .output()
            .context("cannot run git, which knows the project's files")?;
        if !listed.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr).trim());
        }
        let names = String::from_utf8(listed.stdout).context("a file name is not UTF-8")?;
        // A file that was deleted and not yet committed is still listed.
        Ok(names
            .split_terminator('\0')
            .filter(|name| self.root.join(name).is_file())
            .map(str::to_owned)
            .collect())
    }
}
