//! An HTTP server that plays the REST API by a script: each stream's n-th request gets the reply that the script says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Acknowledges it as Kinesis would.
    Acknowledge,
    /// Acknowledges it once the test lets it.
    AcknowledgeWhen(Arc<Semaphore>),
    /// Answers this status and body.
    Answer(u16, &'static str),
    /// Closes the connection without an answer.
    Close,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct ScriptedServer {
    pub(crate) invoke_url: String,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    received: Mutex<Vec<Received>>,
    acknowledged: Mutex<BTreeMap<String, Vec<String>>>,
    arrived: Semaphore,
}

impl ScriptedServer {
    /// `script` gets the stream's name and how many requests for it came before.
    pub(crate) async fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let invoke_url = format!("http://{}/prod", listener.local_addr().unwrap());
        let state = Arc::new(State {
            received: Mutex::default(),
            acknowledged: Mutex::default(),
            arrived: Semaphore::new(0),
        });
        let server = Self { invoke_url, state: Arc::clone(&state) };
        let script = Arc::new(script);
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let (state, script) = (Arc::clone(&state), Arc::clone(&script));
                let service = service_fn(move |request| {
                    let (state, script) = (Arc::clone(&state), Arc::clone(&script));
                    async move { respond(request, &state, &*script).await }
                });
                let serving = hyper::server::conn::http1::Builder::new();
                tokio::spawn(serving.serve_connection(TokioIo::new(connection), service));
            }
        });
        server
    }

    pub(crate) async fn acknowledging() -> Self {
        Self::start(|_, _| Reply::Acknowledge).await
    }

    /// Returns when `count` requests have arrived.
    pub(crate) async fn arrived(&self, count: u32) {
        self.state.arrived.acquire_many(count).await.unwrap().forget();
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// The requests for one stream, in the order in which they arrived.
    pub(crate) fn received_for(&self, stream: &str) -> Vec<Received> {
        let path = format!("/prod/streams/{stream}/record");
        self.received().into_iter().filter(|request| request.path == path).collect()
    }

    /// Every acknowledged record as a line of the ack log, sorted.
    pub(crate) fn acknowledged_lines(&self) -> Vec<String> {
        let acknowledged = self.state.acknowledged.lock().unwrap();
        acknowledged.values().flatten().cloned().collect()
    }
}

async fn respond(
    request: Request<Incoming>,
    state: &State,
    script: &(dyn Fn(&str, usize) -> Reply + Send + Sync),
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let body: Value = serde_json::from_slice(&body)?;
    let path = head.uri.path().to_owned();
    let stream = path.split('/').nth(3).unwrap_or_default().to_owned();
    let number = {
        let mut received = state.received.lock().unwrap();
        let number = received.iter().filter(|earlier| earlier.path == path).count();
        received.push(Received { method: head.method.to_string(), path, headers: head.headers, body });
        number
    };
    state.arrived.add_permits(1);
    match script(&stream, number) {
        Reply::Acknowledge => Ok(acknowledge(state, &stream, number)),
        Reply::AcknowledgeWhen(allowed) => {
            allowed.acquire().await.map_err(std::io::Error::other)?.forget();
            Ok(acknowledge(state, &stream, number))
        }
        Reply::Answer(status, text) => Ok(answer(status, text.to_owned())),
        Reply::Close => Err(std::io::Error::other("closed by script")),
    }
}

fn acknowledge(state: &State, stream: &str, number: usize) -> Response<Full<Bytes>> {
    let sequence_number = format!("4966{number:052}");
    let line =
        json!({"stream": stream, "shard_id": "shardId-000000000000", "sequence_number": sequence_number});
    state.acknowledged.lock().unwrap().entry(stream.to_owned()).or_default().push(line.to_string());
    let body = json!({"SequenceNumber": sequence_number, "ShardId": "shardId-000000000000"});
    answer(200, body.to_string())
}

fn answer(status: u16, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = http::StatusCode::from_u16(status).expect("scripts name real statuses");
    response
}
