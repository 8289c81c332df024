//! Storage in the operating system's files.

use std::fmt::Debug;
use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::{Storage, StorageFile};

/// The operating system's files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files;

impl Storage for Files {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        fs_err::create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs_err::read_dir(dir)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        let file = fs_err::OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        Ok(Box::new(OpenFile(file)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        let file = fs_err::OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Box::new(OpenFile(file)))
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(OpenFile(fs_err::File::open(path)?)))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs_err::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        fs_err::File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let file = fs_err::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.file().try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(naming(path, "lock", &error)),
        }
    }
}

#[derive(Debug)]
struct OpenFile(fs_err::File);

impl StorageFile for OpenFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let read = self.0.file().read_exact_at(buffer, offset);
        read.map_err(|error| naming(self.0.path(), "read", &error))
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let written = self.0.file().write_all_at(bytes, offset);
        written.map_err(|error| naming(self.0.path(), "write", &error))
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

fn naming(path: &Path, operation: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to {operation} file `{}`: {error}", path.display()))
}
