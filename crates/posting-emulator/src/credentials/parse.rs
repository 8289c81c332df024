//! The text of `db_creds.yaml` to credentials.
//!
//! The YAML library's own messages quote the text they stumble over, which may be a password; so only its line and column
//! are used, with words of our own.

use std::fmt;
use std::path::Path;

use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_saphyr::{Error, Location, Spanned};

use super::url::{self, UrlError};
use super::{DatabaseCredentials, Driver, ServerCredentials, TlsMode};

const KEYS: [&str; 9] =
    ["HOST", "PORT", "USER", "PASSWORD", "DATABASE", "DRIVER", "SSL_MODE", "SSL_CA", "URL"];

/// How many letters may be wrong, missing, added or swapped in a key that is taken for a slip of one of ours.
const TYPING_SLIPS_MAX: usize = 2;

/// What is wrong, and where. Lines and columns count from 1.
pub(super) struct InvalidAt {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) problem: String,
}

/// The credentials in `text`; a relative `SSL_CA` is relative to `folder`, the file's own.
pub(super) fn parse(text: &str, folder: &Path) -> Result<DatabaseCredentials, InvalidAt> {
    let options = serde_saphyr::options! { with_snippet: false };
    let entries: Entries =
        serde_saphyr::from_str_with_options(text, options).map_err(|error| from_yaml(&error))?;
    let mut found: [Option<Text>; KEYS.len()] = Default::default();
    for (key, value) in entries.0 {
        let Some(number) = KEYS.iter().position(|known| *known == key.value) else {
            return Err(invalid(&key.referenced, unknown_key(&key.value)));
        };
        found[number] = Some(value);
    }
    let [host, port, user, password, database, driver, ssl_mode, ssl_ca, url] = found;
    if let Some(url) = url {
        return match [host, port, user, password, database, driver].into_iter().flatten().next() {
            Some(beside) => Err(invalid(
                &beside.referenced,
                "URL stands for DRIVER, HOST, PORT, USER, PASSWORD and DATABASE: give one or the other",
            )),
            None => of_url(&url, ssl_mode.as_ref(), ssl_ca.as_ref(), folder),
        };
    }
    let required = |value: Option<Text>, key: &str| {
        value.map(|text| text.value).ok_or_else(|| {
            at_start(format!(
                "{key} is missing; give HOST, PORT, USER, PASSWORD and DATABASE, or URL: sqlite://FILE"
            ))
        })
    };
    let port = port.map(|text| port_number(&text).map(|port| (port, text.referenced))).transpose()?;
    let driver = driver_of(driver.as_ref(), port)?;
    let mut server = ServerCredentials {
        driver,
        host: required(host, "HOST")?,
        port: port.map_or(driver.port_default(), |(port, _)| port),
        user: required(user, "USER")?,
        password: SecretString::from(required(password, "PASSWORD")?),
        database: required(database, "DATABASE")?,
        tls: TlsMode::Prefer,
        tls_authority: None,
    };
    set_tls(&mut server, ssl_mode.as_ref(), ssl_ca.as_ref(), folder)?;
    Ok(DatabaseCredentials::Server(server))
}

fn of_url(
    url: &Text,
    ssl_mode: Option<&Text>,
    ssl_ca: Option<&Text>,
    folder: &Path,
) -> Result<DatabaseCredentials, InvalidAt> {
    let mut credentials =
        url::parse(&url.value).map_err(|error: UrlError| invalid(&url.referenced, error.to_string()))?;
    match (&mut credentials, ssl_mode.or(ssl_ca)) {
        (_, None) => {}
        (DatabaseCredentials::Server(server), Some(_)) => set_tls(server, ssl_mode, ssl_ca, folder)?,
        (DatabaseCredentials::Sqlite(_), Some(beside)) => {
            return Err(invalid(
                &beside.referenced,
                "a SQLite file has no connection to encrypt: take this out",
            ));
        }
    }
    Ok(credentials)
}

/// The driver that is named, else the one whose usual port it is, else MySQL's, which the key names are of.
fn driver_of(named: Option<&Text>, port: Option<(u16, Location)>) -> Result<Driver, InvalidAt> {
    if let Some(named) = named {
        return match named.value.to_ascii_lowercase().as_str() {
            "mysql" | "mariadb" => Ok(Driver::MySql),
            "postgresql" | "postgres" => Ok(Driver::PostgreSql),
            _ => Err(invalid(&named.referenced, "DRIVER must be mysql, mariadb or postgresql")),
        };
    }
    match port {
        None | Some((3306, _)) => Ok(Driver::MySql),
        Some((5432, _)) => Ok(Driver::PostgreSql),
        Some((_, at)) => Err(invalid(
            &at,
            "this PORT is neither MySQL's usual 3306 nor PostgreSQL's 5432: say which it is with \
             DRIVER: mysql or DRIVER: postgresql",
        )),
    }
}

fn set_tls(
    server: &mut ServerCredentials,
    ssl_mode: Option<&Text>,
    ssl_ca: Option<&Text>,
    folder: &Path,
) -> Result<(), InvalidAt> {
    if let Some(authority) = ssl_ca {
        server.tls_authority = Some(folder.join(&authority.value));
        server.tls = TlsMode::VerifyFull;
    }
    if let Some(mode) = ssl_mode {
        server.tls = tls_mode(&mode.value).ok_or_else(|| {
            invalid(&mode.referenced, "SSL_MODE must be disable, prefer, require, verify-ca or verify-full")
        })?;
        let verifies = matches!(server.tls, TlsMode::VerifyCa | TlsMode::VerifyFull);
        if verifies && server.tls_authority.is_none() {
            return Err(invalid(
                &mode.referenced,
                "this SSL_MODE needs SSL_CA: the PEM file of the authority that signed the server's certificate",
            ));
        }
    }
    Ok(())
}

/// PostgreSQL's words and MySQL's.
pub(super) fn tls_mode(word: &str) -> Option<TlsMode> {
    Some(match word.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => TlsMode::Disable,
        "prefer" | "preferred" => TlsMode::Prefer,
        "require" | "required" => TlsMode::Require,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-full" | "verify-identity" => TlsMode::VerifyFull,
        _ => return None,
    })
}

type Text = Spanned<String>;

fn port_number(text: &Text) -> Result<u16, InvalidAt> {
    match text.value.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(invalid(&text.referenced, "PORT must be a number from 1 to 65535")),
    }
}

/// The key itself is only quoted when it is nearly one of ours: anything else may be a secret in the wrong column.
fn unknown_key(key: &str) -> String {
    let upper = key.to_uppercase();
    let closest =
        KEYS.iter().min_by_key(|known| strsim::osa_distance(known, &upper)).expect("there are keys");
    if strsim::osa_distance(closest, &upper) <= TYPING_SLIPS_MAX {
        return format!("unknown key `{key}`, did you mean `{closest}`?");
    }
    match KEYS.iter().find(|known| upper.contains(*known)) {
        Some(inside) => format!("unknown key, did you mean `{inside}`?"),
        None => format!("unknown key; the keys are {}", KEYS.join(", ")),
    }
}

fn from_yaml(error: &Error) -> InvalidAt {
    let problem = match error.without_snippet() {
        Error::DuplicateMappingKey { .. } => "this key stands here for the second time",
        Error::MultipleDocuments { .. } => "one YAML document is expected, here begins a second one",
        Error::Unexpected { .. } | Error::SerdeInvalidType { .. } | Error::Eof { .. } => {
            "lines of the form `KEY: value` are expected"
        }
        _ => "this is not YAML of the form `KEY: value`; put values with special characters in quotes",
    };
    match error.location() {
        Some(location) => invalid(&location, problem),
        None => at_start(problem),
    }
}

fn invalid(location: &Location, problem: impl Into<String>) -> InvalidAt {
    InvalidAt { line: location.line().max(1), column: location.column().max(1), problem: problem.into() }
}

fn at_start(problem: impl Into<String>) -> InvalidAt {
    InvalidAt { line: 1, column: 1, problem: problem.into() }
}

/// The mapping as it stands: every key and every value with its place, values as the text that was written.
struct Entries(Vec<(Text, Text)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("lines of the form `KEY: value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
