//! A Kinesis service of a few lines, behind the hop that a client calls: one stream whose shards hold what the test puts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use alluvium_kinesis_consumer::{
    ClientConfig, Credentials, CredentialsSource, Endpoint, HttpHop, KinesisClient,
};
use bytes::Bytes;
use secrecy::SecretString;
use serde_json::{Value, json};
use tower::service_fn;

/// A shard: its parent, its records as (sequence number, data), and whether it is closed.
#[derive(Debug, Default)]
struct Shard {
    parent: Option<String>,
    records: Vec<(u64, Vec<u8>)>,
    closed: bool,
}

#[derive(Debug)]
struct State {
    created_secs: f64,
    shards: BTreeMap<String, Shard>,
}

/// See the top of this file. Clones are the same service.
#[derive(Debug, Clone)]
pub(crate) struct ScriptedKinesis(Arc<Mutex<State>>);

impl ScriptedKinesis {
    pub(crate) fn with_shards(shards: &[&str]) -> Self {
        let shards = shards.iter().map(|shard| ((*shard).to_owned(), Shard::default())).collect();
        Self(Arc::new(Mutex::new(State { created_secs: 1_700_000_000.5, shards })))
    }

    /// Puts a record; `sequence` counts on from the shard's birth.
    pub(crate) fn put(&self, shard: &str, sequence: u64, data: impl Into<Vec<u8>>) {
        self.on(shard, |shard| shard.records.push((sequence, data.into())));
    }

    /// Closes a shard and opens `child` after it.
    pub(crate) fn split(&self, shard: &str, child: &str) {
        self.on(shard, |shard| shard.closed = true);
        let parent = Some(shard.to_owned());
        self.state(|state| {
            state.shards.insert(child.to_owned(), Shard { parent, ..Shard::default() });
        });
    }

    /// The stream is deleted and made again under its name.
    pub(crate) fn make_again(&self) {
        self.state(|state| state.created_secs += 60.0);
    }

    pub(crate) async fn client(&self) -> KinesisClient {
        let state = self.clone();
        let hop = HttpHop::new(service_fn(move |request: http::Request<Bytes>| {
            let (status, body) = state.answer(&request);
            let response = http::Response::builder().status(status).body(Bytes::from(body.to_string()));
            async move { Ok(response?) }
        }));
        let credentials = Credentials {
            access_key_id: "AKIA0".into(),
            secret_access_key: SecretString::from("none"),
            session_token: None,
        };
        KinesisClient::new(ClientConfig {
            endpoint: Endpoint::InProcess(hop),
            region: "us-east-1".into(),
            credentials: CredentialsSource::Static(credentials),
        })
        .await
    }

    fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        with(&mut self.0.lock().expect("not poisoned"))
    }

    fn on(&self, shard: &str, with: impl FnOnce(&mut Shard)) {
        self.state(|state| with(state.shards.get_mut(shard).expect("a shard of the test")));
    }

    fn answer(&self, request: &http::Request<Bytes>) -> (u16, Value) {
        let target = request.headers()["x-amz-target"].to_str().expect("text");
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        self.state(|state| match target.rsplit('.').next().unwrap_or_default() {
            "DescribeStreamSummary" => (200, state.summary(&text("StreamName"))),
            "ListShards" => (200, state.list()),
            "GetShardIterator" => {
                let shard = text("ShardId");
                let after = text("StartingSequenceNumber").parse().unwrap_or(0);
                (200, json!({ "ShardIterator": format!("{shard}@{after}") }))
            }
            "GetRecords" => (200, state.records(&text("ShardIterator"))),
            other => (400, json!({ "__type": "UnknownOperationException", "message": other })),
        })
    }
}

impl State {
    fn summary(&self, name: &str) -> Value {
        json!({ "StreamDescriptionSummary": {
            "StreamName": name,
            "StreamARN": format!("arn:aws:kinesis:us-east-1:000000000000:stream/{name}"),
            "StreamStatus": "ACTIVE",
            "StreamCreationTimestamp": self.created_secs,
            "RetentionPeriodHours": 24,
            "EnhancedMonitoring": [],
            "OpenShardCount": 1,
        } })
    }

    fn list(&self) -> Value {
        let shards = self.shards.iter().map(|(id, shard)| {
            let mut range = json!({ "StartingSequenceNumber": "1" });
            if shard.closed {
                range["EndingSequenceNumber"] = json!("999999");
            }
            let mut listed = json!({
                "ShardId": id,
                "HashKeyRange": { "StartingHashKey": "0", "EndingHashKey": "1" },
                "SequenceNumberRange": range,
            });
            if let Some(parent) = &shard.parent {
                listed["ParentShardId"] = json!(parent);
            }
            listed
        });
        json!({ "Shards": shards.collect::<Vec<_>>() })
    }

    /// Pages of at most three records.
    fn records(&self, iterator: &str) -> Value {
        let (id, after) = iterator.split_once('@').expect("an iterator of ours");
        let (shard, after) = (&self.shards[id], after.parse::<u64>().expect("a number"));
        let left: Vec<_> = shard.records.iter().filter(|(sequence, _)| *sequence > after).collect();
        let page = &left[..left.len().min(3)];
        let records = page.iter().map(|(sequence, data)| {
            json!({
                "SequenceNumber": sequence.to_string(),
                "PartitionKey": "key",
                "Data": base64_simd::STANDARD.encode_to_string(data),
                "ApproximateArrivalTimestamp": 1_700_000_000.25,
            })
        });
        let behind = if left.len() > page.len() { 1000 } else { 0 };
        let mut answer = json!({ "Records": records.collect::<Vec<_>>(), "MillisBehindLatest": behind });
        if !shard.closed || left.len() > page.len() {
            let last = page.last().map_or(after, |(sequence, _)| *sequence);
            answer["NextShardIterator"] = json!(format!("{id}@{last}"));
        } else {
            answer["ChildShards"] = json!([]);
        }
        answer
    }
}
