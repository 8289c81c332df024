//! The file that principals are kept in: `iam.json`, read once at start and replaced as a whole at every change.
//!
//! What must stay true: the file is readable by its owner only, from its first byte on; and after a crash it is either the
//! old one or the new one, whole.

use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::OpenOptionsExt;
use serde::Deserialize;

use crate::document::{Document, VERSION};
use crate::limits::FILE_BYTES_MAX;
use crate::migration::DocumentVersion1;

const FILE_NAME: &str = "iam.json";
const NEW_FILE_NAME: &str = "iam.json.new";

/// Why the principals cannot be read at start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or the file cannot be reached. The inner error names the path.
    #[error("cannot open the users and roles")]
    Io(#[source] io::Error),
    /// Others than the owner may read the file, or write it.
    #[error("{} holds secrets and others than its owner may reach it (mode {mode:03o}); run chmod 600 on it", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A later version of this program wrote the file.
    #[error("{} has version {found}, and this program reads up to version {VERSION}; use a newer alluvium", path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// The version that it states.
        found: u32,
    },
    /// There never was such a version.
    #[error("{} has version {found}, and there is no such version", path.display())]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// The version that it states.
        found: u32,
    },
    /// A managed policy has no version, or not the one that is in force; or a user, a group or a role has a managed policy that
    /// is not there. Nobody is let do more because a Deny or a boundary is missing.
    #[error("{} names a managed policy, or a version of one, that it does not hold", path.display())]
    NotWhole {
        /// The file.
        path: PathBuf,
    },
    /// The file is not what this program writes.
    #[error("{}, line {line}, column {column}: not a list of users and roles ({kind})", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong, in a word: the content itself may be secret.
        kind: &'static str,
    },
    /// The file is too large to be one of ours.
    #[error("{} is larger than {FILE_BYTES_MAX} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
}

/// Why a change is not on disk. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The disk did not take it. The inner error names the path.
    #[error("cannot save the users and roles")]
    Io(#[source] io::Error),
    /// The file would be larger than what is read at start.
    #[error("users, roles and policies would take more than {FILE_BYTES_MAX} bytes: delete some")]
    TooLarge,
}

/// Where the principals are kept.
#[derive(Debug)]
pub(crate) struct IamFile {
    directory: PathBuf,
}

impl IamFile {
    /// Opens the directory, making it when there is none, and reads what is there.
    pub(crate) fn open(directory: &Path) -> Result<(Self, Document), OpenError> {
        fs_err::create_dir_all(directory).map_err(OpenError::Io)?;
        fs_err::set_permissions(directory, PermissionsExt::from_mode(0o700)).map_err(OpenError::Io)?;
        let file = Self { directory: directory.to_owned() };
        let document = file.read()?.unwrap_or_else(Document::empty);
        Ok((file, document))
    }

    fn read(&self) -> Result<Option<Document>, OpenError> {
        let path = self.directory.join(FILE_NAME);
        let opened = match fs_err::File::open(&path) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OpenError::Io(error)),
        };
        let mode = opened.metadata().map_err(OpenError::Io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(OpenError::NotPrivate { path, mode });
        }
        let mut text = Vec::new();
        opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut text).map_err(OpenError::Io)?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(OpenError::TooLarge { path });
        }
        parse(&path, &text).map(Some)
    }

    /// Replaces the file by this document: a new file, synced, renamed over the old one, and the directory synced.
    pub(crate) fn save(&self, document: &Document) -> Result<(), SaveError> {
        let mut text = serde_json::to_vec_pretty(document).expect("a document has only strings and numbers");
        text.push(b'\n');
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(SaveError::TooLarge);
        }
        self.replace(&text).map_err(SaveError::Io)
    }

    fn replace(&self, text: &[u8]) -> io::Result<()> {
        let new_path = self.directory.join(NEW_FILE_NAME);
        // What is left of a crash, or put there, has a mode of its own.
        match fs_err::remove_file(&new_path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut new_file =
            fs_err::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new_path)?;
        new_file.write_all(text)?;
        new_file.sync_all()?;
        fs_err::rename(&new_path, self.directory.join(FILE_NAME))?;
        fs_err::File::open(&self.directory)?.sync_all()
    }
}

/// Reads a document: its version first, so that a newer file is told from a broken one.
fn parse(path: &Path, text: &[u8]) -> Result<Document, OpenError> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let malformed = |error: &serde_json::Error| OpenError::Malformed {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        kind: match error.classify() {
            serde_json::error::Category::Io => "cannot be read",
            serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "a field is missing, unknown or of the wrong type",
            serde_json::error::Category::Eof => "it ends too early",
        },
    };
    let versioned: Versioned = serde_json::from_slice(text).map_err(|error| malformed(&error))?;
    match versioned.version {
        VERSION => {
            let document: Document = serde_json::from_slice(text).map_err(|error| malformed(&error))?;
            if document.is_whole() {
                Ok(document)
            } else {
                Err(OpenError::NotWhole { path: path.to_owned() })
            }
        }
        1 => {
            let old: DocumentVersion1 = serde_json::from_slice(text).map_err(|error| malformed(&error))?;
            Ok(old.into())
        }
        found if found > VERSION => Err(OpenError::NewerVersion { path: path.to_owned(), found }),
        found => Err(OpenError::UnknownVersion { path: path.to_owned(), found }),
    }
}
