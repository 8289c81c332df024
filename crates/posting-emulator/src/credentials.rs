//! `db_creds.yaml`: where the source database is and who may read it.
//!
//! The file holds HOST, PORT, USER, PASSWORD and DATABASE, or one URL. What must stay true: a file that others can read is
//! refused, and nothing that stands in the file, be it well formed or not, ever reaches an error or a log; an error names
//! the place (file, line, column) and the key, never a value.

mod parse;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::limits::CREDENTIALS_FILE_BYTES_MAX;

/// What `db_creds.yaml` says. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub enum DatabaseCredentials {
    /// One address with everything in it, such as `sqlite:///srv/posts.db`; it may hold a password.
    Url(SecretString),
    /// A database server, addressed field by field.
    Server {
        /// Name or address of the server.
        host: String,
        /// TCP port; none means the usual one of whichever database it is.
        port: Option<u16>,
        /// The user to log in as.
        user: String,
        /// That user's password.
        password: SecretString,
        /// The database on that server.
        database: String,
    },
}

/// Why `db_creds.yaml` cannot be used or written.
#[derive(Debug, Error)]
pub enum CredentialsError {
    /// The system refuses the file.
    #[error("cannot read the database credentials: {0}")]
    Read(std::io::Error),
    /// The system refuses to write the file; one that exists is never written over.
    #[error("cannot write the database credentials: {0}")]
    Write(std::io::Error),
    /// Somebody beside the owner may read the file.
    #[error(
        "{}: others can read this file with passwords in it (mode {mode:03o}); close it with: chmod 600 {}",
        path.display(), path.display()
    )]
    OthersCanRead {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is too big to be such a file.
    #[error("{}: larger than the {CREDENTIALS_FILE_BYTES_MAX} bytes that database credentials may take", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The text is not what it should be; `problem` quotes nothing but keys.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Column in characters, from 1.
        column: u64,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// What must not stand as it is in the path of a URL.
const NOT_IN_URL_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'"').add(b'<').add(b'>');

impl DatabaseCredentials {
    /// Credentials for the SQLite database at `path`, in the URL form. A relative path is relative to the working folder
    /// of whoever opens it.
    pub fn sqlite(path: &Path) -> Self {
        let path = path.to_string_lossy();
        Self::Url(format!("sqlite://{}", utf8_percent_encode(&path, NOT_IN_URL_PATH)).into())
    }

    /// Reads `path`, which nobody but its owner may read (mode 0600 or less).
    pub fn load(path: &Path) -> Result<Self, CredentialsError> {
        let mut file = fs_err::File::open(path).map_err(CredentialsError::Read)?;
        refuse_if_others_can_read(&file, path)?;
        let mut text = String::new();
        let bytes_read = Read::by_ref(&mut file)
            .take(CREDENTIALS_FILE_BYTES_MAX + 1)
            .read_to_string(&mut text)
            .map_err(CredentialsError::Read)?;
        if bytes_read as u64 > CREDENTIALS_FILE_BYTES_MAX {
            return Err(CredentialsError::TooLarge { path: path.to_owned() });
        }
        parse::parse(&text).map_err(|at| CredentialsError::Invalid {
            path: path.to_owned(),
            line: at.line,
            column: at.column,
            problem: at.problem,
        })
    }

    /// Writes a new file at `path` with mode 0600. A file that is there already is left alone, which is an error.
    pub fn write(&self, path: &Path) -> Result<(), CredentialsError> {
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(CredentialsError::Write)?;
        file.write_all(self.yaml().as_bytes()).map_err(CredentialsError::Write)?;
        file.sync_all().map_err(CredentialsError::Write)
    }

    /// The file's text. JSON strings are YAML strings, so quoting is JSON's.
    fn yaml(&self) -> String {
        let quote = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Url(url) => format!("URL: {}\n", quote(url.expose_secret())),
            Self::Server { host, port, user, password, database } => {
                let port = port.map(|port| format!("PORT: {port}\n")).unwrap_or_default();
                format!(
                    "HOST: {}\n{port}USER: {}\nPASSWORD: {}\nDATABASE: {}\n",
                    quote(host),
                    quote(user),
                    quote(password.expose_secret()),
                    quote(database)
                )
            }
        }
    }
}

#[cfg(unix)]
fn refuse_if_others_can_read(file: &fs_err::File, path: &Path) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt;

    let mode = file.metadata().map_err(CredentialsError::Read)?.permissions().mode() & 0o777;
    let group_and_others = mode & 0o077;
    if group_and_others != 0 {
        return Err(CredentialsError::OthersCanRead { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_can_read(_file: &fs_err::File, _path: &Path) -> Result<(), CredentialsError> {
    Ok(())
}
