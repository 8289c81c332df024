//! Iterators and pagination tokens of foreign bytes, sent to a service as clients send them: each is answered, none fails the
//! server. What the bounded test and the fuzz target share.
//!
//! Bytes as they are do not get past the signature. So the key lies in a file that is known here, and most tokens are signed
//! with it: what is behind the signature has to stand anything too.

use std::sync::OnceLock;

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, TokenKey};
use alluvium_stream_store::{Files, Store, StoreOptions};
use base64_simd::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use http_body_util::BodyExt;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const KEY: [u8; 32] = [7; 32];
const MAC_BYTES: usize = 16;
const VERSION: u8 = 1;
/// Kinds of tokens, and one more that there is not.
const KINDS_COUNT: u8 = 5;
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/kinesis/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=0000";

struct Service {
    runtime: Runtime,
    server: KinesisServer,
    clock: Clock,
    _directory: TempDir,
}

/// The bytes as a token, in every place where a request has one. The first byte says what is made of the others: text that
/// is sent as it is, or a payload that gets a signature, and before it a time that is now and a stream that is there. The
/// statuses of the answers.
pub(crate) fn as_every_token(bytes: &[u8]) -> Vec<u16> {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    let service = SERVICE.get_or_init(Service::start);
    let Some((how, rest)) = bytes.split_first() else { return Vec::new() };
    let token = if how & 1 == 0 {
        String::from_utf8_lossy(rest).escape_default().to_string()
    } else {
        service.signed(how / 8 % (KINDS_COUNT + 1), how & 2 != 0, how & 4 != 0, rest)
    };
    let requests = [
        ("GetRecords", format!(r#"{{"ShardIterator":"{token}"}}"#)),
        ("ListStreams", format!(r#"{{"NextToken":"{token}"}}"#)),
        ("ListShards", format!(r#"{{"NextToken":"{token}"}}"#)),
        (
            "ListStreamConsumers",
            format!(
                r#"{{"StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders","NextToken":"{token}"}}"#
            ),
        ),
    ];
    let answered = requests.into_iter().map(|(operation, body)| {
        let (status, answer) = service.call(operation, body);
        let told = String::from_utf8_lossy(&answer);
        assert!(status == 200 || status == 400, "{operation} {token}: {status} {told}");
        status
    });
    answered.collect()
}

impl Service {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let key = directory.path().join("token.key");
        fs_err::write(&key, KEY).expect("written");
        let token_key = TokenKey::load_or_create(&key).expect("a key");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let (server, clock) = runtime.block_on(async {
            let options = StoreOptions::new(directory.path().join("streams"));
            let store = Store::open(options, Files).await.expect("the store opens");
            let clock = Clock::system();
            let authenticator = Authenticator::new(Iam::in_memory(clock, "123456789012"), AuthMode::Any);
            let options = KinesisOptions::new("123456789012", "eu-west-1", token_key);
            let options = KinesisOptions { creating_millis: 0, ..options };
            (KinesisServer::new(store, authenticator, options, clock), clock)
        });
        let service = Self { runtime, server, clock, _directory: directory };
        let create = r#"{"StreamName":"orders","ShardCount":2}"#.to_owned();
        assert_eq!(service.call("CreateStream", create).0, 200);
        service
    }

    /// A token with the right signature.
    fn signed(&self, kind: u8, is_now: bool, is_there: bool, payload: &[u8]) -> String {
        let mut bytes = vec![VERSION, kind];
        if is_now {
            bytes.extend_from_slice(&self.clock.now_millis().to_be_bytes());
            if is_there {
                bytes.extend_from_slice(&1_u64.to_be_bytes());
            }
        }
        bytes.extend_from_slice(payload);
        let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).expect("HMAC takes a key of any length");
        mac.update(&bytes);
        bytes.extend_from_slice(&mac.finalize().into_bytes()[..MAC_BYTES]);
        STANDARD.encode_to_string(bytes)
    }

    fn call(&self, operation: &str, body: String) -> (u16, Bytes) {
        let request = Request::post("/")
            .header("host", "kinesis.eu-west-1.amazonaws.com")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", AUTHORIZATION)
            .body(Bytes::from(body))
            .expect("a request");
        self.runtime.block_on(async {
            let response = self.server.service().oneshot(request).await.expect("the service always answers");
            let status = response.status().as_u16();
            (status, response.into_body().collect().await.expect("the body is there").to_bytes())
        })
    }
}
