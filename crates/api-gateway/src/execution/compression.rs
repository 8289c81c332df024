//! Compressed payloads, for APIs that have a `minimumCompressionSize`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html>
//!
//! What must stay true: a small payload that unpacks to more than a payload may have is refused without unpacking all of it; payloads
//! are unpacked, and large ones packed, on threads of their own.

use std::io::Read;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use http::{HeaderMap, Response};

use super::GatewayError;
use super::arrival::Arrival;
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::model::GatewayResponseType;

/// From this size on, bytes are worked on outside the asynchronous runtime: 64 KiB take about a millisecond.
const OWN_THREAD_BYTES_MIN: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    /// In the zlib format, which is what HTTP means by it.
    Deflate,
}

/// The request's payload unpacked; `None` when it came as it is.
pub(super) async fn unpacked(arrival: &Arrival<'_>, body: &Bytes) -> Result<Option<Bytes>, GatewayError> {
    if arrival.stage.minimum_compression_size.is_none() || body.is_empty() {
        return Ok(None);
    }
    let encoding = arrival.header(CONTENT_ENCODING);
    if encoding.is_empty() || encoding.eq_ignore_ascii_case("identity") {
        return Ok(None);
    }
    let refused =
        |cause: String| Err(GatewayError::of(GatewayResponseType::UnsupportedMediaType).with_cause(cause));
    let Some(coding) = coding_of(encoding) else {
        return refused(format!("content encoding '{encoding}' is not gzip, deflate or identity"));
    };
    let bytes = body.clone();
    // How much comes out cannot be told from the size: always on a thread of its own.
    let unpacked = tokio::task::spawn_blocking(move || unpack(coding, &bytes)).await.ok();
    match unpacked {
        Some(Ok(unpacked)) if unpacked.len() > PAYLOAD_BYTES_MAX => {
            let cause = format!("the payload unpacks to more than {PAYLOAD_BYTES_MAX} bytes");
            Err(GatewayError::of(GatewayResponseType::RequestTooLarge).with_cause(cause))
        }
        Some(Ok(unpacked)) => Ok(Some(unpacked.into())),
        Some(Err(error)) => Err(GatewayError::of(GatewayResponseType::BadRequestBody)
            .with_cause(format!("the payload is not what its content encoding '{encoding}' says: {error}"))),
        None => Err(GatewayError::configuration("the payload could not be unpacked")),
    }
}

/// Packs an answer that is large enough, for a client that takes it packed.
pub(super) async fn pack(arrival: &Arrival<'_>, response: &mut Response<Bytes>) {
    let Some(min) = arrival.stage.minimum_compression_size else { return };
    let body = response.body();
    if body.len() < min || body.is_empty() || response.headers().contains_key(CONTENT_ENCODING) {
        return;
    }
    let Some((coding, name)) = accepted(&arrival.parts.headers) else { return };
    let (bytes, size) = (body.clone(), body.len());
    if let Some(Ok(packed)) = off_runtime(size, move || pack_bytes(coding, &bytes)).await {
        *response.body_mut() = packed.into();
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
}

/// Runs small work here and large work on a thread for it; `None` when the process is about to end.
async fn off_runtime<T: Send + 'static>(size: usize, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if size < OWN_THREAD_BYTES_MIN { Some(work()) } else { tokio::task::spawn_blocking(work).await.ok() }
}

fn coding_of(name: &str) -> Option<Coding> {
    match name.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        "deflate" => Some(Coding::Deflate),
        _ => None,
    }
}

/// The first coding of the client's list that we have, unless its weight is 0.
fn accepted(headers: &HeaderMap) -> Option<(Coding, &'static str)> {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut names = lists.flat_map(|list| list.split(','));
    names.find_map(|entry| {
        let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = parameters.trim().strip_prefix("q=").and_then(|text| text.trim().parse::<f32>().ok());
        if weight == Some(0.0) {
            return None;
        }
        match coding_of(name)? {
            Coding::Gzip => Some((Coding::Gzip, "gzip")),
            Coding::Deflate => Some((Coding::Deflate, "deflate")),
        }
    })
}

/// At most one byte more than a payload may have.
fn unpack(coding: Coding, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let limit = PAYLOAD_BYTES_MAX as u64 + 1;
    let mut out = Vec::new();
    match coding {
        Coding::Gzip => GzDecoder::new(bytes).take(limit).read_to_end(&mut out)?,
        Coding::Deflate => ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out)?,
    };
    Ok(out)
}

fn pack_bytes(coding: Coding, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match coding {
        Coding::Gzip => GzEncoder::new(bytes, Compression::default()).read_to_end(&mut out)?,
        Coding::Deflate => ZlibEncoder::new(bytes, Compression::default()).read_to_end(&mut out)?,
    };
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_and_unpacking_are_each_others_inverse() {
        let bytes = b"text ".repeat(1000);
        for coding in [Coding::Gzip, Coding::Deflate] {
            let packed = pack_bytes(coding, &bytes).expect("packs");
            assert!(packed.len() < 200);
            assert_eq!(unpack(coding, &packed).expect("unpacks"), bytes);
            assert!(unpack(coding, b"no such thing").is_err());
        }
    }

    #[test]
    fn unpacking_ends_one_byte_beyond_the_limit() {
        let packed = pack_bytes(Coding::Gzip, &vec![0; PAYLOAD_BYTES_MAX * 3]).expect("packs");
        assert_eq!(unpack(Coding::Gzip, &packed).expect("unpacks").len(), PAYLOAD_BYTES_MAX + 1);
    }

    #[test]
    fn the_first_coding_that_a_client_takes_is_used() {
        for (header, expected) in [
            ("br, gzip", Some("gzip")),
            ("deflate;q=0.5, gzip", Some("deflate")),
            ("gzip;q=0", None),
            ("identity", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
            assert_eq!(accepted(&headers).map(|(_, name)| name), expected, "{header}");
        }
    }
}
