//! The canonical request: the one text that both sides hash, whatever the wire did to the request in between.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>, step 1. What must stay
//! true: signer and verifier call this one function; what is already canonical, as most requests are, is copied and not looked
//! at character by character.

use std::borrow::Cow;
use std::ops::Range;

use http::{HeaderMap, Method, Uri, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use crate::presented::{Form, names};

/// Everything but unreserved characters.
const QUERY_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Everything but unreserved characters and the slash.
const PATH_SET: &AsciiSet = &QUERY_SET.remove(b'/');

/// The parts of a request that a signature covers. The body is whole: nothing here streams.
#[derive(Debug, Clone, Copy)]
pub struct RequestRef<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query as they are on the wire; over HTTP/2 the authority as well.
    pub uri: &'a Uri,
    /// The headers as they are on the wire.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

impl<'a> RequestRef<'a> {
    /// The host that the client meant: the `Host` header, or `:authority` of HTTP/2.
    pub(crate) fn host(&self) -> Option<&'a [u8]> {
        match self.headers.get(header::HOST) {
            Some(host) => Some(host.as_bytes()),
            None => self.uri.authority().map(|authority| authority.as_str().as_bytes()),
        }
    }
}

/// The canonical request. `signed_headers` is the list as the signature states it (`host;x-amz-date`), `payload_hash` the text
/// that stands for the body. `form` tells where the signature stands: it is the one thing that it does not cover.
pub(crate) fn canonical_request(
    request: &RequestRef<'_>,
    service: &str,
    signed_headers: &str,
    payload_hash: &[u8],
    form: &Form<'_>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(1_024);
    out.extend_from_slice(request.method.as_str().as_bytes());
    out.push(b'\n');
    push_path(&mut out, request.uri.path(), service);
    out.push(b'\n');
    push_query(&mut out, request.uri.query().unwrap_or_default(), *form != Form::Header);
    out.push(b'\n');
    for name in names(signed_headers) {
        push_header(&mut out, request, name);
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload_hash);
    out
}

/// The path without dot segments and empty segments, encoded once more than on the wire. Only S3 takes it as it is.
fn push_path(out: &mut Vec<u8>, path: &str, service: &str) {
    let path = if path.is_empty() { "/" } else { path };
    if path == "/" || service == "s3" {
        out.extend_from_slice(path.as_bytes());
    } else {
        push_encoded(out, without_dot_segments(path).as_bytes(), PATH_SET);
    }
}

/// RFC 3986, section 5.2.4, and in AWS's way without empty segments too. `path` begins with a slash.
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    let names_a_directory = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let slash_at_end = if names_a_directory && !kept.is_empty() { "/" } else { "" };
    Cow::Owned(format!("/{}{slash_at_end}", kept.join("/")))
}

/// Where a parameter's name and value lie in the buffer of encoded parameters.
type Encoded = (Range<usize>, Range<usize>);

/// The parameters decoded, encoded in the one canonical way and sorted by name, then by value. The signature itself is left out
/// where it is one of them: once, for a second parameter of its name is no signature.
fn push_query(out: &mut Vec<u8>, query: &str, mut has_signature: bool) {
    if query.is_empty() {
        return;
    }
    let mut buffer = Vec::with_capacity(query.len() + 32);
    let mut pairs: Vec<Encoded> = Vec::with_capacity(8);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let start = buffer.len();
        push_encoded(&mut buffer, &query_decoded(name), QUERY_SET);
        let middle = buffer.len();
        if has_signature && &buffer[start..middle] == b"X-Amz-Signature" {
            has_signature = false;
            buffer.truncate(start);
            continue;
        }
        push_encoded(&mut buffer, &query_decoded(value), QUERY_SET);
        pairs.push((start..middle, middle..buffer.len()));
    }
    let key = |(name, value): &Encoded| (&buffer[name.clone()], &buffer[value.clone()]);
    if !pairs.is_sorted_by(|left, right| key(left) <= key(right)) {
        pairs.sort_unstable_by(|left, right| key(left).cmp(&key(right)));
    }
    for (index, pair) in pairs.iter().enumerate() {
        let (name, value) = key(pair);
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

/// The bytes that one side of a query parameter stands for.
pub(crate) fn query_decoded(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        Cow::Owned(percent_decode(spaced.as_bytes()).collect())
    } else {
        percent_decode(text.as_bytes()).into()
    }
}

fn push_encoded(out: &mut Vec<u8>, bytes: &[u8], reserved: &'static AsciiSet) {
    for chunk in percent_encode(bytes, reserved) {
        out.extend_from_slice(chunk.as_bytes());
    }
}

/// One line `name:value`; several values of one name are joined by commas, runs of spaces become one.
fn push_header(out: &mut Vec<u8>, request: &RequestRef<'_>, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    if name == "host" {
        push_trimmed(out, request.host().unwrap_or_default());
    } else {
        for (index, value) in request.headers.get_all(name).iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_trimmed(out, value.as_bytes());
        }
    }
    out.push(b'\n');
}

fn push_trimmed(out: &mut Vec<u8>, value: &[u8]) {
    let value = value.trim_ascii();
    if memchr::memchr(b' ', value).is_none() {
        out.extend_from_slice(value);
        return;
    }
    let mut after_space = false;
    for &byte in value {
        let space = byte == b' ';
        if !(space && after_space) {
            out.push(byte);
        }
        after_space = space;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESIGNED: Form<'_> = Form::Query { expires: None };

    fn check(method: &str, uri: &str, headers: &[(&str, &str)], service: &str, expected: &str) {
        let mut map = HeaderMap::new();
        let mut names: Vec<&str> = Vec::new();
        for (name, value) in headers {
            let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            map.append(name, value.parse().expect("a header value"));
        }
        for (name, _) in headers {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let uri: Uri = uri.parse().expect("a URI");
        let method: Method = method.parse().expect("a method");
        let request = RequestRef { method: &method, uri: &uri, headers: &map, body: b"" };
        let text = canonical_request(&request, service, &names.join(";"), b"HASH", &PRESIGNED);
        assert_eq!(String::from_utf8(text).expect("UTF-8"), expected);
    }

    #[test]
    fn paths_are_encoded_twice_but_for_s3() {
        let host = [("host", "h")];
        check("GET", "/a%20b/c", &host, "kinesis", "GET\n/a%2520b/c\n\nhost:h\n\nhost\nHASH");
        check("GET", "/a%20b//c", &host, "s3", "GET\n/a%20b//c\n\nhost:h\n\nhost\nHASH");
    }

    #[test]
    fn dot_segments_and_empty_segments_vanish() {
        for (path, expected) in [
            ("/", "/"),
            ("/a/./b/../c", "/a/c"),
            ("//a//b/", "/a/b/"),
            ("/../..", "/"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/.hidden", "/.hidden"),
        ] {
            assert_eq!(without_dot_segments(path), expected, "{path}");
        }
    }

    #[test]
    fn queries_are_decoded_encoded_and_sorted() {
        check(
            "GET",
            "/?b=2&a=%7e+x&a=%2f&flag&X-Amz-Signature=abc&X-Amz-Signature=second",
            &[("host", "h")],
            "kinesis",
            "GET\n/\nX-Amz-Signature=second&a=%2F&a=~%20x&b=2&flag=\nhost:h\n\nhost\nHASH",
        );
    }

    #[test]
    fn header_values_are_trimmed_squeezed_and_joined() {
        check(
            "POST",
            "/",
            &[("host", "h"), ("my-header", "  a   b  "), ("my-header", "c")],
            "kinesis",
            "POST\n/\n\nhost:h\nmy-header:a b,c\n\nhost;my-header\nHASH",
        );
    }

    #[test]
    fn the_authority_of_http2_stands_in_for_the_host() {
        let uri: Uri = "http://example.org:4566/p".parse().expect("a URI");
        let headers = HeaderMap::new();
        let request = RequestRef { method: &Method::GET, uri: &uri, headers: &headers, body: b"" };
        let text = canonical_request(&request, "kinesis", "host", b"HASH", &Form::Header);
        assert_eq!(text, b"GET\n/p\n\nhost:example.org:4566\n\nhost\nHASH");
    }
}
