//! The `URL` of `db_creds.yaml` to credentials: `sqlite://FILE`, `mysql://user:password@host:port/database` and its like.
//!
//! What must stay true: an error names the part that is wrong and quotes none of it.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use thiserror::Error;
use url::Url;

use super::parse::tls_mode;
use super::{DatabaseCredentials, Driver, ServerCredentials, TlsMode};

/// What is wrong with a URL, without a word of it.
#[derive(Debug, Error)]
pub(super) enum UrlError {
    #[error("the URL must begin with sqlite://, mysql://, mariadb:// or postgresql://")]
    Scheme,
    #[error(
        "the URL is malformed; special characters in user and password are written as %40 for @ and the like"
    )]
    Malformed,
    #[error("the URL has no {0}: the form is {1}://user:password@host:port/database")]
    Missing(&'static str, &'static str),
    #[error("the URL's {0} is not UTF-8 after %-decoding")]
    NotText(&'static str),
    #[error(
        "the URL has a parameter that is not known here; ssl-mode (sslmode) and ssl-ca (sslrootcert) are"
    )]
    Parameter,
    #[error("the URL's ssl-mode must be disable, prefer, require, verify-ca or verify-full")]
    SslMode,
    #[error(
        "the URL's ssl-mode needs ssl-ca, the PEM file of the authority that signed the server's certificate"
    )]
    NoAuthority,
}

pub(super) fn parse(text: &str) -> Result<DatabaseCredentials, UrlError> {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase()).unwrap_or_default();
    let driver = match scheme.as_str() {
        "sqlite" => return Ok(DatabaseCredentials::Sqlite(text.into())),
        "mysql" | "mariadb" => Driver::MySql,
        "postgres" | "postgresql" => Driver::PostgreSql,
        _ => return Err(UrlError::Scheme),
    };
    let url = Url::parse(text).map_err(|_| UrlError::Malformed)?;
    let missing = |part| UrlError::Missing(part, driver.word());
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(missing("host"))?;
    // An IPv6 address stands in brackets in a URL and without them elsewhere.
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let user = decoded(url.username(), "user")?;
    if user.is_empty() {
        return Err(missing("user"));
    }
    let database = decoded(url.path().trim_start_matches('/'), "database")?;
    if database.is_empty() {
        return Err(missing("database"));
    }
    let mut server = ServerCredentials {
        driver,
        host,
        port: url.port().unwrap_or(driver.port_default()),
        user,
        password: SecretString::from(decoded(url.password().unwrap_or_default(), "password")?),
        database,
        tls: TlsMode::Prefer,
        tls_authority: None,
    };
    set_parameters(&mut server, &url)?;
    Ok(DatabaseCredentials::Server(server))
}

fn set_parameters(server: &mut ServerCredentials, url: &Url) -> Result<(), UrlError> {
    let mut mode = None;
    for (name, value) in url.query_pairs() {
        match &*name {
            "sslmode" | "ssl-mode" => mode = Some(tls_mode(&value).ok_or(UrlError::SslMode)?),
            "sslrootcert" | "sslca" | "ssl-ca" => {
                server.tls_authority = Some((&*value).into());
                server.tls = TlsMode::VerifyFull;
            }
            _ => return Err(UrlError::Parameter),
        }
    }
    server.tls = mode.unwrap_or(server.tls);
    let verifies = matches!(server.tls, TlsMode::VerifyCa | TlsMode::VerifyFull);
    if verifies && server.tls_authority.is_none() { Err(UrlError::NoAuthority) } else { Ok(()) }
}

fn decoded(part: &str, name: &'static str) -> Result<String, UrlError> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| UrlError::NotText(name))?;
    Ok(text.into_owned())
}
