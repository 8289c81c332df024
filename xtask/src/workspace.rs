//! Where things are: the clone, the target folder, and the files that belong to the project.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// How the names of the variables begin in which cargo describes the package that it runs.
const PACKAGE_VARIABLES: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

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

    /// Cargo, the one that runs us, in the environment of a shell: what cargo says of xtask's own package is taken out. ring's
    /// build script asks to run again when those variables change, and with it all above it would be built anew, DataFusion
    /// too, at each turn from `cargo xtask` to `cargo build`.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_unset| "cargo".to_owned());
        let mut command = self.command(&cargo, arguments);
        for (name, _) in std::env::vars_os() {
            let of_a_package = |name: &str| PACKAGE_VARIABLES.iter().any(|start| name.starts_with(start));
            if name.to_str().is_some_and(of_a_package) {
                command.env_remove(name);
            }
        }
        command
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cargo_of_ours_is_not_told_of_our_own_package() {
        // Cargo sets both for a test too.
        let command = Workspace::find().unwrap().cargo(&["build"]);
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            assert!(std::env::var_os(name).is_some(), "{name}");
            let changes: Vec<_> = command.get_envs().filter(|(changed, _)| *changed == name).collect();
            assert_eq!(changes, [(name.as_ref(), None)]);
        }
    }
}
