//! Requests as bytes, made and signed before anything is measured.

use std::net::SocketAddr;

use alluvium_clock::Clock;
use alluvium_load::Prepared;
use alluvium_sigv4::{Credentials, SigningKeyCache, SigningParams, sign};
use anyhow::Result;
use base64_simd::STANDARD;
use bytes::Bytes;
use http::Request;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::cbor::Cbor;

/// The region that everything is signed for.
pub(crate) const REGION: &str = "us-east-1";
/// A key for this program's own servers on loopback; it opens nothing else.
pub(crate) const ACCESS_KEY_ID: &str = "AKIAALLUVIUMBENCH000";
/// Its secret.
pub(crate) const SECRET_ACCESS_KEY: &str = "a-secret-for-measurements-on-loopback-00";
/// The most data in one PutRecords request, in bytes: all servers take this much.
const PUT_RECORDS_BYTES_MAX: usize = 4_900_000;
/// The most records in one PutRecords request.
const PUT_RECORDS_COUNT_MAX: usize = 500;

/// A form of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Json,
    Cbor,
}

impl Wire {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Cbor => "CBOR",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/x-amz-json-1.1",
            Self::Cbor => "application/x-amz-cbor-1.1",
        }
    }
}

/// Makes requests for one server.
#[derive(Debug)]
pub(crate) struct Requests {
    address: SocketAddr,
    credentials: Credentials,
    keys: SigningKeyCache,
    clock: Clock,
}

impl Requests {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            credentials: Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY.to_owned()),
            keys: SigningKeyCache::default(),
            clock: Clock::system(),
        }
    }

    /// A request of an operation, signed now.
    pub(crate) fn signed(&self, operation: &str, wire: Wire, body: &[u8]) -> Result<Bytes> {
        let request = Request::post("/")
            .header("host", self.address.to_string())
            .header("content-type", wire.content_type())
            .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
            .body(())?;
        let (mut parts, ()) = request.into_parts();
        let params = SigningParams {
            credentials: &self.credentials,
            region: REGION,
            service: "kinesis",
            now: self.clock.now(),
            keys: Some(&self.keys),
        };
        sign(&mut parts, body, &params)?;
        let mut bytes = Vec::with_capacity(1024 + body.len());
        bytes.extend_from_slice(b"POST / HTTP/1.1\r\n");
        for (name, value) in &parts.headers {
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        Ok(bytes.into())
    }

    /// PutRecord requests with keys that spread over all shards.
    pub(crate) fn put_record(
        &self,
        stream: &str,
        wire: Wire,
        data_bytes: usize,
        count: usize,
    ) -> Result<Vec<Prepared>> {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let make = |_| {
            let (key, data) = record(&mut random, data_bytes);
            let body = match wire {
                Wire::Json => {
                    let data = STANDARD.encode_to_string(&data);
                    format!(r#"{{"StreamName":"{stream}","PartitionKey":"{key}","Data":"{data}"}}"#)
                        .into_bytes()
                }
                Wire::Cbor => {
                    let mut cbor = Cbor::default();
                    cbor.map(3);
                    cbor.text("StreamName");
                    cbor.text(stream);
                    cbor.text("PartitionKey");
                    cbor.text(&key);
                    cbor.text("Data");
                    cbor.bytes(&data);
                    cbor.0
                }
            };
            let bytes = self.signed("PutRecord", wire, &body)?;
            Ok(Prepared { bytes, records: 1, data_bytes: data_bytes as u64 })
        };
        (0..count).map(make).collect()
    }

    /// PutRecords requests of 500 records, or fewer when 500 would not fit.
    pub(crate) fn put_records(
        &self,
        stream: &str,
        wire: Wire,
        data_bytes: usize,
        count: usize,
    ) -> Result<Vec<Prepared>> {
        let records = PUT_RECORDS_COUNT_MAX.min(PUT_RECORDS_BYTES_MAX / data_bytes);
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let make = |_| {
            let records: Vec<_> = (0..records).map(|_| record(&mut random, data_bytes)).collect();
            let body = match wire {
                Wire::Json => json_records(stream, &records),
                Wire::Cbor => cbor_records(stream, &records),
            };
            let bytes = self.signed("PutRecords", wire, &body)?;
            let count = records.len() as u64;
            Ok(Prepared { bytes, records: count, data_bytes: count * data_bytes as u64 })
        };
        (0..count).map(make).collect()
    }

    /// A GetRecords request at an iterator, of what it is known to answer.
    pub(crate) fn get_records(&self, wire: Wire, iterator: &str) -> Result<Bytes> {
        let body = match wire {
            Wire::Json => json!({ "ShardIterator": iterator, "Limit": 10_000 }).to_string().into_bytes(),
            Wire::Cbor => {
                let mut cbor = Cbor::default();
                cbor.map(2);
                cbor.text("ShardIterator");
                cbor.text(iterator);
                cbor.text("Limit");
                cbor.unsigned(10_000);
                cbor.0
            }
        };
        self.signed("GetRecords", wire, &body)
    }
}

/// A key of 16 characters and data that does not compress.
fn record(random: &mut ChaCha8Rng, data_bytes: usize) -> (String, Vec<u8>) {
    let mut data = vec![0; data_bytes];
    random.fill_bytes(&mut data);
    (format!("{:016x}", random.next_u64()), data)
}

fn json_records(stream: &str, records: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut body = String::from(r#"{"Records":["#);
    for (index, (key, data)) in records.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(r#"{"Data":""#);
        body.push_str(&STANDARD.encode_to_string(data));
        body.push_str(r#"","PartitionKey":""#);
        body.push_str(key);
        body.push_str(r#""}"#);
    }
    body.push_str(r#"],"StreamName":""#);
    body.push_str(stream);
    body.push_str(r#""}"#);
    body.into_bytes()
}

fn cbor_records(stream: &str, records: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut cbor = Cbor::default();
    cbor.map(2);
    cbor.text("Records");
    cbor.array(records.len());
    for (key, data) in records {
        cbor.map(2);
        cbor.text("Data");
        cbor.bytes(data);
        cbor.text("PartitionKey");
        cbor.text(key);
    }
    cbor.text("StreamName");
    cbor.text(stream);
    cbor.0
}
