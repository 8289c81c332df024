//! The two ways to put a record, as bytes, made and signed before anything is measured.

use std::net::SocketAddr;

use alluvium_clock::Clock;
use alluvium_load::Prepared;
use alluvium_sigv4::{Credentials, SigningKeyCache, SigningParams, sign};
use anyhow::Result;
use base64_simd::STANDARD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

/// The region that everything is signed for.
pub(crate) const REGION: &str = "us-east-1";
/// A key for this program's own server on loopback; it opens nothing else.
pub(crate) const ACCESS_KEY_ID: &str = "AKIAALLUVIUMBENCH000";
/// Its secret.
pub(crate) const SECRET_ACCESS_KEY: &str = "a-secret-for-measurements-on-loopback-00";
/// The stream of all records.
pub(crate) const STREAM: &str = "streaming-0a1b2c-pin";
/// Different requests of each way.
const COUNT: usize = 2_000;

/// CreateStream, signed.
pub(crate) fn create_stream(address: SocketAddr, stream: &str) -> Result<Bytes> {
    signed(address, "CreateStream", &json!({"StreamName": stream, "ShardCount": 4}))
}

/// PutRecord requests, signed.
pub(crate) fn direct(address: SocketAddr) -> Result<Vec<Prepared>> {
    let make = |index: usize| {
        let data = row(index).to_string();
        let body = json!({
            "StreamName": STREAM,
            "Data": STANDARD.encode_to_string(&data),
            "PartitionKey": format!("partition-{index}"),
        });
        let bytes = signed(address, "PutRecord", &body)?;
        Ok(Prepared { bytes, records: 1, data_bytes: data.len() as u64 })
    };
    (0..COUNT).map(make).collect()
}

/// The same records as PUTs of the example's API.
pub(crate) fn through_gateway(address: SocketAddr, api_id: &str) -> Vec<Prepared> {
    let make = |index: usize| {
        let data = row(index);
        let data_bytes = data.to_string().len() as u64;
        let partition_key = format!("partition-{index}");
        let body = json!({"StreamName": STREAM, "Data": data, "PartitionKey": partition_key}).to_string();
        let head = format!(
            "PUT /prod/streams/{STREAM}/record HTTP/1.1\r\nhost: {api_id}.execute-api.localhost:{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            address.port(),
            body.len()
        );
        Prepared { bytes: Bytes::from(head + &body), records: 1, data_bytes }
    };
    (0..COUNT).map(make).collect()
}

/// A row of the example's size and shape.
fn row(index: usize) -> Value {
    json!({
        "index": index,
        "unique_id": format!("fbe53c66-3442-4773-b19e-{index:012}"),
        "title": "No-Bake Sugar Cookie Dip, the easiest of desserts for a party",
        "description": "Say hello to delicious! ".repeat(20),
        "poster_name": "CEMETERY GATES",
        "follower_count": "124k",
        "tag_list": "Mixed Media Journal,Mixed Media Art,Mixed Media Canvas,Art Journal Pages",
        "is_image_or_video": "image",
        "image_src": "https://i.pinimg.com/originals/83/d1/11/83d111e2f2feab44019c2fe46f86c74c.jpg",
        "downloaded": 1,
        "save_location": "Local save in /data/mens-fashion",
        "category": "mens-fashion",
    })
}

fn signed(address: SocketAddr, operation: &str, body: &Value) -> Result<Bytes> {
    let body = body.to_string();
    let request = Request::post("/")
        .header("host", address.to_string())
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
        .body(())?;
    let (mut parts, ()) = request.into_parts();
    let params = SigningParams {
        credentials: &Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY.to_owned()),
        region: REGION,
        service: "kinesis",
        now: Clock::system().now(),
        keys: Some(&SigningKeyCache::default()),
    };
    sign(&mut parts, body.as_bytes(), &params)?;
    let mut bytes = b"POST / HTTP/1.1\r\n".to_vec();
    for (name, value) in &parts.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n{body}", body.len()).as_bytes());
    Ok(bytes.into())
}
