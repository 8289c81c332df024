//! The database servers that posts are taken from in tests: MariaDB and PostgreSQL, from Debian.
//!
//! They are only found or installed here; a test starts its own, in a temporary folder and on a free port.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::debian;

/// Where Debian and others keep programs that are run by the system.
const FOLDERS: [&str; 5] = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/usr/libexec"];
/// Where Debian keeps each major version of PostgreSQL.
const POSTGRESQL_VERSIONS: &str = "/usr/lib/postgresql";

/// `mariadbd`.
pub(crate) fn set_up_mariadb() -> Result<PathBuf> {
    if let Some(found) = find_mariadb() {
        return Ok(found);
    }
    debian::install(&["mariadb-server-core", "mariadb-client-core"])?;
    find_mariadb().context("Debian's package has no mariadbd")
}

/// The folder of PostgreSQL's programs.
pub(crate) fn set_up_postgresql() -> Result<PathBuf> {
    if let Some(found) = find_postgresql() {
        return Ok(found);
    }
    debian::install(&["postgresql"])?;
    find_postgresql().context("Debian's package has no initdb")
}

fn find_mariadb() -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| PathBuf::from(folder).join("mariadbd")).find(|path| path.is_file())
}

/// The newest version's.
fn find_postgresql() -> Option<PathBuf> {
    let versions = fs_err::read_dir(POSTGRESQL_VERSIONS).ok()?;
    let folders = versions.filter_map(|entry| {
        let path = entry.ok()?.path();
        let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
        let programs = path.join("bin");
        programs.join("initdb").is_file().then_some((version, programs))
    });
    folders.max().map(|(_, programs)| programs)
}
