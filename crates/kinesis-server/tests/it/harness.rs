//! A service over a store in a directory of its own, and the ways in which tests call it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId, StreamName};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, TokenKey};
use alluvium_stream_store::{
    Files, Reshard, Storage, Store, StoreOptions, Stream, StreamChange, StreamSettings,
};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const ACCOUNT_ID: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";
/// The present when a test begins: 2026-01-01T00:00:00Z, in milliseconds since 1970.
pub(crate) const START_MILLIS: u64 = 1_767_225_600_000;
/// A signature's shape, which is all that a service needs that lets everybody in.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/kinesis/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=0000";

pub(crate) struct Harness {
    pub(crate) server: KinesisServer,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) iam: Iam,
    _directory: TempDir,
}

/// How a harness differs from the usual one, in which streams are ACTIVE at once and everybody is let in.
pub(crate) struct Setup {
    pub(crate) auth_mode: AuthMode,
    pub(crate) options: KinesisOptions,
}

impl Default for Setup {
    fn default() -> Self {
        let options = KinesisOptions::new(ACCOUNT_ID, REGION, TokenKey::random());
        Self { auth_mode: AuthMode::Any, options: KinesisOptions { creating_millis: 0, ..options } }
    }
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        Self::on(Files, setup).await
    }

    pub(crate) async fn on(storage: impl Storage, setup: Setup) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = open_store(directory.path(), storage).await;
        let clock = Clock::starting_at(UNIX_EPOCH + Duration::from_millis(START_MILLIS));
        let iam = Iam::in_memory(clock, ACCOUNT_ID);
        let authenticator = Authenticator::new(iam.clone(), setup.auth_mode);
        let server = KinesisServer::new(store.clone(), authenticator, setup.options, clock);
        Self { server, store, clock, iam, _directory: directory }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let response = self.server.service().oneshot(request).await.expect("the service always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body is there").to_bytes();
        Response::from_parts(parts, body)
    }

    /// Calls an operation with a JSON body and answers the status and the JSON body; an empty one is null.
    pub(crate) async fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        self.call_text(operation, &body.to_string()).await
    }

    /// The same with a body that need not be JSON.
    pub(crate) async fn call_text(&self, operation: &str, body: &str) -> (u16, Value) {
        let response = self.send(request(operation, body)).await;
        let json = match response.body().as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes).expect("JSON"),
        };
        (response.status().as_u16(), json)
    }

    /// Calls an operation that has to succeed.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.call(operation, &body).await;
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    /// An operation is refused with this status, exception and text.
    pub(crate) async fn check_refused(&self, operation: &str, body: Value, exception: &str, message: &str) {
        let status = if exception == "InternalFailure" { 500 } else { 400 };
        let expected = json!({"__type": exception, "message": message});
        assert_eq!(self.call(operation, &body).await, (status, expected), "{operation} {body}");
    }

    /// Makes a stream of provisioned shards.
    pub(crate) async fn create(&self, name: &str, shard_count: u32) {
        self.ok("CreateStream", json!({"StreamName": name, "ShardCount": shard_count})).await;
    }

    /// Puts a record and answers its shard and sequence number.
    pub(crate) async fn put(&self, stream: &str, partition_key: &str, data: &str) -> Value {
        let data = base64_simd::STANDARD.encode_to_string(data);
        self.ok("PutRecord", json!({"StreamName": stream, "PartitionKey": partition_key, "Data": data})).await
    }

    /// An iterator; `start` are the members that say where it begins.
    pub(crate) async fn iterator(&self, stream: &str, shard: &str, start: Value) -> String {
        let mut body = json!({"StreamName": stream, "ShardId": shard});
        body.as_object_mut().expect("an object").extend(start.as_object().expect("an object").clone());
        let answer = self.ok("GetShardIterator", body).await;
        answer["ShardIterator"].as_str().expect("an iterator").to_owned()
    }

    /// A stream as the store has it.
    pub(crate) fn stream(&self, name: &str) -> Arc<Stream> {
        let name = StreamName::parse(name).expect("a name");
        self.store.stream(&name).expect("the stream")
    }

    /// Splits the only shard of a stream in the middle.
    pub(crate) async fn split(&self, name: &str) {
        let middle = HashKey(1 << 127);
        let below = HashKey(middle.0 - 1);
        let now_millis = self.clock.now_millis();
        let reshard = Reshard {
            parents: vec![ShardId(0)],
            children: vec![
                HashKeyRange { starting: HashKey::MIN, ending_inclusive: below },
                HashKeyRange { starting: middle, ending_inclusive: HashKey::MAX },
            ],
            active_at_millis: now_millis,
            now_millis,
        };
        self.store.reshard(self.stream(name).id, reshard).await.expect("resharded");
    }

    /// Calls an operation that AWS does not have.
    pub(crate) async fn extension(&self, operation: &str, body: &Value) -> (u16, Value) {
        self.extension_text(operation, &body.to_string()).await
    }

    /// The same with a body that need not be JSON.
    pub(crate) async fn extension_text(&self, operation: &str, body: &str) -> (u16, Value) {
        let mut request = request(operation, body);
        let target = HeaderValue::from_str(&format!("Alluvium_20261123.{operation}")).expect("a header");
        request.headers_mut().insert("x-amz-target", target);
        let response = self.send(request).await;
        let json = match response.body().as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes).expect("JSON"),
        };
        (response.status().as_u16(), json)
    }

    /// Changes the settings of a stream.
    pub(crate) async fn set(&self, name: &str, change: impl FnOnce(&mut StreamSettings)) {
        let stream = self.stream(name);
        let mut settings = StreamSettings::clone(&stream.settings);
        change(&mut settings);
        let change = StreamChange { settings: Some(settings), ..StreamChange::default() };
        self.store.update_stream(stream.id, change).await.expect("changed");
    }

    /// Moves the clock on.
    pub(crate) async fn advance(&self, duration: Duration) {
        tokio::time::pause();
        tokio::time::advance(duration).await;
        tokio::time::resume();
    }
}

/// Stops the clock for the rest of the test, so that it moves by `tokio::time::advance` alone. By itself a paused clock
/// goes on to the next timer whenever nothing can run, also while the store's thread writes; a task that can always run
/// keeps it from that.
pub(crate) fn stop_the_clock() {
    tokio::time::pause();
    tokio::spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
}

pub(crate) async fn open_store(directory: &Path, storage: impl Storage) -> Store {
    Store::open(StoreOptions::new(directory.join("streams")), storage).await.expect("the store opens")
}

/// A request as a client sends it, with a signature's shape.
pub(crate) fn request(operation: &str, body: &str) -> Request<Bytes> {
    Request::post("/")
        .header("host", "kinesis.eu-west-1.amazonaws.com")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
        .header("x-amz-date", "20260101T000000Z")
        .header("authorization", AUTHORIZATION)
        .body(Bytes::from(body.to_owned()))
        .expect("a request")
}

/// The texts of an answer's records.
pub(crate) fn texts(answer: &Value) -> Vec<String> {
    let records = answer["Records"].as_array().expect("records");
    records
        .iter()
        .map(|record| {
            let data = record["Data"].as_str().expect("base64");
            String::from_utf8(base64_simd::STANDARD.decode_to_vec(data).expect("base64")).expect("text")
        })
        .collect()
}

/// A value that is a string.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}
