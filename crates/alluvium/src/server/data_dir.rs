//! The data directory: made private, marked with its format, held by one process at a time.
//!
//! What must stay true: two processes never serve one directory, and a directory of a newer format is left untouched.

use std::fs::TryLockError;
use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::failure::Failure;

/// The format of the directory's layout (docs/format/data-directory.md).
const FORMAT: u32 = 1;
const FORMAT_FILE: &str = "FORMAT";
const LOCK_FILE: &str = "LOCK";

/// A data directory that this process holds until the value is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: std::fs::File,
}

impl DataDir {
    /// Makes the directory if need be and takes hold of it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        make_private(path)?;
        let format_path = path.join(FORMAT_FILE);
        // Before anything is made in a directory that may not be ours, and again when nobody else can be making it.
        check_format(&format_path)?;
        let lock_path = path.join(LOCK_FILE);
        let lock =
            fs::OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path)?.into_file();
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Failed(anyhow::anyhow!(
                    "data directory {} is in use by another process: stop that one, or choose another with --data-dir",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => {
                return Err(anyhow::Error::new(error)
                    .context(format!("cannot lock {}", lock_path.display()))
                    .into());
            }
        }
        if !check_format(&format_path)? {
            write_format(path, &format_path)?;
        }
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// A directory inside, made private if need be.
    pub(crate) fn subdirectory(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.path.join(name);
        make_private(&path)?;
        Ok(path)
    }
}

/// Makes a directory that only its owner may enter: it holds keys and other people's records.
pub(crate) fn make_private(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        return Err(Failure::usage(format!(
            "{} is a file, not a directory: choose another (--data-dir or `data_dir`), or move the file away",
            path.display()
        )));
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
        anyhow::Error::new(error).context(format!("cannot make the directory {}", path.display()))
    })?;
    Ok(())
}

/// Writes the format beside its place, synced, and puts it there, so that no crash leaves half of it.
fn write_format(directory: &Path, file: &Path) -> Result<(), Failure> {
    let beside = file.with_extension("new");
    let mut written = fs::File::create(&beside)?;
    written.write_all(format!("{FORMAT}\n").as_bytes())?;
    written.sync_all()?;
    fs::rename(&beside, file)?;
    fs::File::open(directory)?.sync_all()?;
    Ok(())
}

/// Whether the directory says its format; a format that is not ours is an error.
fn check_format(file: &Path) -> Result<bool, Failure> {
    if !file.exists() {
        return Ok(false);
    }
    let text = fs::read_to_string(file)?;
    match text.trim().parse::<u32>() {
        Ok(found) if found == FORMAT => Ok(true),
        Ok(found) if found > FORMAT => Err(Failure::Failed(anyhow::anyhow!(
            "{}: the data directory has format {found}, this version of alluvium knows formats up to {FORMAT}: use a newer alluvium",
            file.display()
        ))),
        _ => Err(Failure::Failed(anyhow::anyhow!(
            "{}: {:?} is no format number: this is not a data directory of alluvium, or the file is damaged",
            file.display(),
            text.trim().chars().take(40).collect::<String>()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_in_use_or_of_a_newer_format_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        let held = DataDir::open(&path).unwrap();
        let refused = DataDir::open(&path).unwrap_err().to_string();
        assert!(refused.contains("in use by another process") && refused.contains("data"), "{refused}");
        drop(held);
        fs::write(path.join(FORMAT_FILE), "2\n").unwrap();
        let refused = DataDir::open(&path).unwrap_err().to_string();
        assert!(refused.contains("format 2") && refused.contains("up to 1"), "{refused}");
        fs::write(path.join(FORMAT_FILE), "hello").unwrap();
        assert!(DataDir::open(&path).unwrap_err().to_string().contains("\"hello\""));
        let refused = DataDir::open(&path.join(FORMAT_FILE)).unwrap_err();
        assert!(refused.to_string().contains("is a file") && refused.exit_code() == 2, "{refused}");
    }
}
