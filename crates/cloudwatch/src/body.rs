//! The body of a request as its protocol wrote it: within the limit, and unzipped, since clients zip what is large.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::exception::{Exception, ExceptionKind};
use crate::limits;

/// Unzips a body when its headers say so.
pub(crate) fn plain(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, Exception> {
    if body.len() > limits::BODY_BYTES_MAX {
        return Err(too_large(limits::BODY_BYTES_MAX, ""));
    }
    let encoding = headers.get(CONTENT_ENCODING).map_or("", |value| value.to_str().unwrap_or("?")).trim();
    match encoding.to_ascii_lowercase().as_str() {
        "" | "identity" | "aws-chunked" => Ok(body.clone()),
        "gzip" => unzip(body),
        other => {
            let text = format!("The content encoding {other:?} is not supported: use gzip, or none.");
            Err(Exception::new(ExceptionKind::Serialization, text))
        }
    }
}

fn unzip(body: &Bytes) -> Result<Bytes, Exception> {
    let mut plain = Vec::new();
    let limit = limits::UNZIPPED_BYTES_MAX as u64 + 1;
    MultiGzDecoder::new(&body[..]).take(limit).read_to_end(&mut plain).map_err(|error| {
        Exception::new(ExceptionKind::Serialization, format!("The body cannot be unzipped: {error}."))
    })?;
    if plain.len() > limits::UNZIPPED_BYTES_MAX {
        return Err(too_large(limits::UNZIPPED_BYTES_MAX, " once it is unzipped"));
    }
    Ok(plain.into())
}

fn too_large(limit: usize, when: &str) -> Exception {
    let text = format!("The body is over {limit} bytes{when}.");
    Exception::new(ExceptionKind::RequestTooLarge, text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn zipped(plain: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).expect("a Vec takes every byte");
        encoder.finish().expect("a Vec takes every byte").into()
    }

    fn kind(encoding: &'static str, body: &Bytes) -> Result<Bytes, ExceptionKind> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, http::HeaderValue::from_static(encoding));
        plain(&headers, body).map_err(|exception| exception.kind)
    }

    #[test]
    fn what_was_zipped_comes_out_and_no_bomb_does() {
        assert_eq!(kind("gzip", &zipped(b"hello")), Ok(Bytes::from_static(b"hello")));
        let bomb = zipped(&vec![0; limits::UNZIPPED_BYTES_MAX + 1]);
        assert_eq!(kind("gzip", &bomb), Err(ExceptionKind::RequestTooLarge));
        assert_eq!(kind("gzip", &zipped(b"hello").slice(..12)), Err(ExceptionKind::Serialization));
        assert_eq!(kind("gzip", &Bytes::from_static(b"{}")), Err(ExceptionKind::Serialization));
        assert_eq!(kind("br", &Bytes::from_static(b"{}")), Err(ExceptionKind::Serialization));
        let large = Bytes::from(vec![b' '; limits::BODY_BYTES_MAX + 1]);
        assert_eq!(
            plain(&HeaderMap::new(), &large).map_err(|exception| exception.kind),
            Err(ExceptionKind::RequestTooLarge)
        );
    }
}
