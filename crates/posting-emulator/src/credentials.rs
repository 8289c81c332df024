//! `db_creds.yaml`: where the source database is and who may read it.
//!
//! The file holds HOST, PORT, USER, PASSWORD and DATABASE, or one URL that says the same, or the URL of a SQLite file. What must stay true: a file that others can read is
//! refused, and nothing that stands in the file, be it well formed or not, ever reaches an error or a log; an error names
//! the place (file, line, column) and the key, never a value.

mod parse;
mod url;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::limits::CREDENTIALS_FILE_BYTES_MAX;

/// What `db_creds.yaml` says. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub enum DatabaseCredentials {
    /// A SQLite file, as a URL such as `sqlite:///srv/posts.db`.
    Sqlite(SecretString),
    /// A database on a server.
    Server(ServerCredentials),
}

/// Which database, on which server, as whom.
#[derive(Debug, Clone)]
pub struct ServerCredentials {
    /// What the server speaks.
    pub driver: Driver,
    /// Name or address of the server.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The user to log in as.
    pub user: String,
    /// That user's password.
    pub password: SecretString,
    /// The database on that server.
    pub database: String,
    /// Whether and how the connection is encrypted.
    pub tls: TlsMode,
    /// The PEM file of the authority that signed the server's certificate.
    pub tls_authority: Option<PathBuf>,
}

/// The protocols of database servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// MySQL and MariaDB.
    MySql,
    /// PostgreSQL.
    PostgreSql,
}

/// How a connection to a database server is encrypted: the modes that both kinds of server's own clients have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all.
    Disable,
    /// Where the server can; whom it talks to is not checked.
    Prefer,
    /// Always; whom it talks to is not checked.
    Require,
    /// Always, and the authority must have signed the server's certificate.
    VerifyCa,
    /// Always, and the certificate must also be for the host's name.
    VerifyFull,
}

impl Driver {
    /// The server's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::PostgreSql => "PostgreSQL",
        }
    }

    /// The port that such a server listens on unless told otherwise.
    pub fn port_default(self) -> u16 {
        match self {
            Self::MySql => 3306,
            Self::PostgreSql => 5432,
        }
    }

    /// What stands for it in `DRIVER` and before the `://` of a URL.
    fn word(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::PostgreSql => "postgresql",
        }
    }
}

impl TlsMode {
    /// PostgreSQL's word for it, which `SSL_MODE` takes.
    fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
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
        Self::Sqlite(format!("sqlite://{}", utf8_percent_encode(&path, NOT_IN_URL_PATH)).into())
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
        let folder = path.parent().unwrap_or(Path::new(""));
        parse::parse(&text, folder).map_err(|at| CredentialsError::Invalid {
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
        let server = match self {
            Self::Sqlite(url) => return format!("URL: {}\n", quote(url.expose_secret())),
            Self::Server(server) => server,
        };
        let authority = server.tls_authority.as_ref().map(|path| path.to_string_lossy());
        let authority = authority.map(|path| format!("SSL_CA: {}\n", quote(&path))).unwrap_or_default();
        format!(
            "DRIVER: {}\nHOST: {}\nPORT: {}\nUSER: {}\nPASSWORD: {}\nDATABASE: {}\nSSL_MODE: {}\n{authority}",
            server.driver.word(),
            quote(&server.host),
            server.port,
            quote(&server.user),
            quote(server.password.expose_secret()),
            quote(&server.database),
            server.tls.word()
        )
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
