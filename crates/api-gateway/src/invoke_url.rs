//! The forms of an invoke URL, and whether a request is one.
//!
//! What must stay true: a host decides before a path, and nothing but these forms is taken for an invoke.

use http::{Request, header};

/// Which stage of which API a request is for, and the path below the stage as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokeUrl {
    /// The API's id.
    pub api_id: String,
    /// The stage's name; empty when the URL names none.
    pub stage: String,
    /// Begins with `/`; percent-encoded.
    pub path: String,
}

const EXECUTE_API: &str = "execute-api";

impl InvokeUrl {
    /// Reads the three forms:
    ///
    /// - `{api-id}.execute-api.HOST/{stage}/...`
    /// - `/restapis/{api-id}/{stage}/_user_request_/...`
    /// - `/_aws/execute-api/{api-id}/{stage}/...`
    pub fn parse(host: Option<&str>, path: &str) -> Option<Self> {
        if let Some(api_id) = host.and_then(api_id_of_host) {
            return Some(Self::below_stage(api_id, path));
        }
        if let Some(rest) = path.strip_prefix("/_aws/execute-api/") {
            let (api_id, rest) = rest.split_once('/').unwrap_or((rest, ""));
            return is_api_id(api_id).then(|| Self::below_stage(api_id, rest));
        }
        let (api_id, rest) = path.strip_prefix("/restapis/")?.split_once('/')?;
        let (stage, rest) = rest.split_once('/')?;
        let below = rest.strip_prefix("_user_request_")?;
        let is_whole_segment = below.is_empty() || below.starts_with('/');
        (is_api_id(api_id) && is_whole_segment).then(|| Self {
            api_id: api_id.to_owned(),
            stage: stage.to_owned(),
            path: if below.is_empty() { "/".to_owned() } else { below.to_owned() },
        })
    }

    /// Reads the URL of a request: its authority or `Host` header, and its path.
    pub fn of_request<B>(request: &Request<B>) -> Option<Self> {
        Self::parse(host_of(request), request.uri().path())
    }

    /// The path below the API, its first segment the stage.
    pub(crate) fn below_stage(api_id: &str, path: &str) -> Self {
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (stage, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Self {
            api_id: api_id.to_owned(),
            stage: stage.to_owned(),
            path: if below.is_empty() { "/".to_owned() } else { below.to_owned() },
        }
    }
}

/// The host that a request names, perhaps with a port.
pub(crate) fn host_of<B>(request: &Request<B>) -> Option<&str> {
    let header = || request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    request.uri().host().or_else(header)
}

fn api_id_of_host(host: &str) -> Option<&str> {
    let (api_id, rest) = host.split_once('.')?;
    let label = rest.split(['.', ':']).next()?;
    (label.eq_ignore_ascii_case(EXECUTE_API) && is_api_id(api_id)).then_some(api_id)
}

fn is_api_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, path: &str, expected: &str) {
        let got = match InvokeUrl::parse(Some(host), path) {
            Some(url) => format!("{} {} {}", url.api_id, url.stage, url.path),
            None => "none".to_owned(),
        };
        assert_eq!(got, expected, "of {host}{path}");
    }

    #[test]
    fn the_three_forms_are_told_apart_from_everything_else() {
        check("a1b2c3d4e5.execute-api.localhost:4566", "/prod/streams", "a1b2c3d4e5 prod /streams");
        check("a1b2c3d4e5.execute-api.localhost:4566", "/prod", "a1b2c3d4e5 prod /");
        check("a1b2c3d4e5.execute-api.localhost:4566", "/", "a1b2c3d4e5  /");
        check("a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "/prod/a/b/", "a1b2c3d4e5 prod /a/b/");
        check(
            "127.0.0.1:4566",
            "/restapis/a1b2c3d4e5/prod/_user_request_/streams",
            "a1b2c3d4e5 prod /streams",
        );
        check("127.0.0.1:4566", "/restapis/a1b2c3d4e5/prod/_user_request_", "a1b2c3d4e5 prod /");
        check("127.0.0.1:4566", "/_aws/execute-api/a1b2c3d4e5/prod/streams/s", "a1b2c3d4e5 prod /streams/s");
        check("127.0.0.1:4566", "/_aws/execute-api/a1b2c3d4e5/prod", "a1b2c3d4e5 prod /");
        for (host, path) in [
            ("127.0.0.1:4566", "/"),
            ("127.0.0.1:4566", "/restapis/a1b2c3d4e5/stages/prod"),
            ("127.0.0.1:4566", "/restapis/a1b2c3d4e5/prod/_user_requests"),
            ("kinesis.us-east-1.amazonaws.com", "/prod/streams"),
            ("execute-api.localhost", "/prod"),
        ] {
            check(host, path, "none");
        }
    }
}
