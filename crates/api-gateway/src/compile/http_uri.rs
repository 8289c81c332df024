//! The URI of an HTTP integration: `http` or `https`, a host, and a path that may hold `{name}`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html>
//!
//! What must stay true: a URI that parses has a scheme and a host; a name in braces without a value is told, not sent;
//! no value makes another host of the one that the author wrote than a name in it.

use http::Uri;

use super::problem::FieldProblem;

/// Where an HTTP integration goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpUri {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `{name}`.
    Variable(String),
}

/// Why a URI cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfilled {
    /// A name has no value.
    #[error(
        "the integration's URI has {{{0}}}, and nothing gives it a value; map integration.request.path.{0}"
    )]
    Missing(String),
    /// A value would end the host.
    #[error(
        "the integration's URI has {{{0}}} in its host, where a value has only letters, digits, hyphens, underscores and dots"
    )]
    NoHost(String),
}

impl HttpUri {
    pub(crate) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let refuse = |reason: &str| FieldProblem::HttpUri { uri: text.to_owned(), reason: reason.to_owned() };
        let after_scheme = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let after_scheme = after_scheme.ok_or_else(|| refuse("it must begin with http:// or https://"))?;
        let host = after_scheme.split(['/', '?']).next().unwrap_or_default();
        if host.is_empty() {
            return Err(refuse("it names no host"));
        }
        let uri = Self { pieces: pieces(text) };
        let sample =
            uri.filled(|_| Some("x".to_owned())).map_err(|unfilled| refuse(&unfilled.to_string()))?;
        match sample.parse::<Uri>() {
            Ok(parsed) if parsed.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
            Ok(_) => Err(refuse("it names no host")),
            Err(error) => Err(refuse(&error.to_string())),
        }
    }

    /// The URI with the value of each name.
    pub(crate) fn filled(&self, value_of: impl Fn(&str) -> Option<String>) -> Result<String, Unfilled> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(name) => {
                    let value = value_of(name).ok_or_else(|| Unfilled::Missing(name.clone()))?;
                    if ends_in_host(&out) && !value.bytes().all(is_of_host) {
                        return Err(Unfilled::NoHost(name.clone()));
                    }
                    out.push_str(&value);
                }
            }
        }
        Ok(out)
    }
}

/// Whether what comes next still belongs to the host.
fn ends_in_host(uri: &str) -> bool {
    uri.split_once("://").is_none_or(|(_, rest)| !rest.contains(['/', '?', '#']))
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Variable(name.trim_end_matches('+').to_owned()));
        rest = tail;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match HttpUri::parse(text) {
            Ok(uri) => uri
                .filled(|name| {
                    (name != "none").then(|| format!("{name}/x").trim_start_matches("h/").to_owned())
                })
                .unwrap_or_else(|unfilled| unfilled.to_string()),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(got, expected);
    }

    #[test]
    fn names_in_braces_are_filled() {
        check("https://example.com", "https://example.com");
        check("http://h:8080/a/{b}/{proxy+}?c={d}", "http://h:8080/a/b/x/proxy/x?c=d/x");
        check("http://{h}.example.com/{b}", "http://x.example.com/b/x");
        check(
            "http://h/{none}",
            "the integration's URI has {none}, and nothing gives it a value; map integration.request.path.none",
        );
        let refused = "the integration's URI has {b} in its host, where a value has only letters, digits, hyphens, underscores and dots";
        check("http://{b}.example.com/", refused);
        check("http://example.com:{b}/", refused);
        check("http://example.com{b}", refused);
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for (uri, reason) in [
            ("arn:aws:x", "it must begin with http:// or https://"),
            ("https:///post", "it names no host"),
            ("http://", "it names no host"),
            ("http://a b/", "invalid uri character"),
        ] {
            check(uri, &format!("'{uri}' is not the URL of an HTTP endpoint: {reason}"));
        }
    }
}
