//! A Kinesis that does as the test says: shards in memory, faults on demand, and a log of what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::{HopBody, HttpHop, StreamingHop};
use alluvium_kinesis_model::{SequenceNumber, SequenceParts};
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

/// The stream's name.
pub(crate) const STREAM: &str = "pins";

/// A handle of the fake; clones are the same fake.
#[derive(Clone)]
pub(crate) struct FakeKinesis(Arc<Mutex<State>>);

struct State {
    clock: Clock,
    created_millis: i64,
    status: &'static str,
    shards: BTreeMap<u32, Shard>,
    faults: VecDeque<Fault>,
    log: Vec<(Duration, String)>,
    page_records_max: usize,
    /// Appends one record to the shard with every read of it.
    busy: bool,
    /// Refuses to begin after a record that has been trimmed.
    refuses_trimmed: bool,
    authorizations: Vec<String>,
    /// Names of registered consumers.
    consumers: Vec<String>,
    /// Events that a subscription brings before its time is over.
    events_max: usize,
    /// Wakes subscriptions.
    appended: watch::Sender<()>,
}

#[derive(Default)]
struct Shard {
    parents: Vec<u32>,
    closed: bool,
    last_counter: u64,
    records: Vec<(u64, i64)>,
    /// Empty pages to give although there is more.
    empty_pages: usize,
}

struct Fault {
    operation: &'static str,
    after_calls: usize,
    times: usize,
    status: u16,
    code: &'static str,
}

type Answer = Result<Value, (u16, &'static str, String)>;

impl FakeKinesis {
    /// A stream with these shards, empty and without parents, at 2026-01-02T03:04:05Z.
    pub(crate) fn with_shards(shards: impl IntoIterator<Item = u32>) -> Self {
        let clock = Clock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045));
        Self(Arc::new(Mutex::new(State {
            clock,
            created_millis: 1_767_000_000_500,
            status: "ACTIVE",
            shards: shards.into_iter().map(|id| (id, Shard::default())).collect(),
            faults: VecDeque::new(),
            log: Vec::new(),
            page_records_max: 10_000,
            busy: false,
            refuses_trimmed: false,
            authorizations: Vec::new(),
            consumers: Vec::new(),
            events_max: usize::MAX,
            appended: watch::Sender::new(()),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds this")
    }

    pub(crate) fn clock(&self) -> Clock {
        self.state().clock
    }

    /// Appends records that arrive now.
    pub(crate) fn append(&self, shard: u32, count: u64) {
        let mut state = self.state();
        state.append(shard, count);
        state.appended.send_replace(());
    }

    /// Ends every subscription after so many events.
    pub(crate) fn events_max(&self, count: usize) {
        self.state().events_max = count;
    }

    /// The consumers that are registered.
    pub(crate) fn consumers(&self) -> Vec<String> {
        self.state().consumers.clone()
    }

    /// Closes shards and opens children of them all.
    pub(crate) fn reshard(&self, parents: &[u32], children: &[u32]) {
        let mut state = self.state();
        for parent in parents {
            state.shard(*parent).closed = true;
        }
        for child in children {
            state.shards.insert(*child, Shard { parents: parents.to_vec(), ..Shard::default() });
        }
    }

    /// Removes the oldest records of a shard, as retention does.
    pub(crate) fn trim(&self, shard: u32, count: usize) {
        self.state().shard(shard).records.drain(..count);
    }

    /// Removes a shard, as retention does.
    pub(crate) fn remove(&self, shard: u32) {
        self.state().shards.remove(&shard);
    }

    /// Refuses to begin after trimmed records from now on.
    pub(crate) fn refuse_trimmed(&self) {
        self.state().refuses_trimmed = true;
    }

    /// Lets every read of a shard find that one more record has arrived a little later.
    pub(crate) fn keep_busy(&self) {
        self.state().busy = true;
    }

    pub(crate) fn page_records_max(&self, count: usize) {
        self.state().page_records_max = count;
    }

    pub(crate) fn empty_pages(&self, shard: u32, count: usize) {
        self.state().shard(shard).empty_pages = count;
    }

    pub(crate) fn status(&self, status: &'static str) {
        self.state().status = status;
    }

    /// Deletes the stream and creates it again; shards keep their ids.
    pub(crate) fn recreate(&self) {
        let mut state = self.state();
        state.created_millis += 1_000;
        for shard in state.shards.values_mut() {
            shard.records.clear();
            shard.last_counter = 0;
        }
    }

    /// Answers an operation with an error, `times` times, after it has succeeded `after_calls` times.
    pub(crate) fn fail(
        &self,
        operation: &'static str,
        after_calls: usize,
        times: usize,
        status: u16,
        code: &'static str,
    ) {
        self.state().faults.push_back(Fault { operation, after_calls, times, status, code });
    }

    /// What was asked of an operation, in order.
    pub(crate) fn asked(&self, operation: &str) -> Vec<String> {
        let state = self.state();
        state
            .log
            .iter()
            .filter_map(|(_, text)| text.strip_prefix(operation))
            .map(|text| text.trim().to_owned())
            .collect()
    }

    /// When an operation was asked, since the fake's beginning.
    pub(crate) fn asked_at(&self, operation: &str) -> Vec<Duration> {
        let state = self.state();
        state.log.iter().filter(|(_, text)| text.starts_with(operation)).map(|(at, _)| *at).collect()
    }

    pub(crate) fn authorizations(&self) -> Vec<String> {
        self.state().authorizations.clone()
    }

    /// The fake as a hop for subscriptions: an event for each page of records, and an empty one first where there is none.
    pub(crate) fn streaming_hop(&self) -> StreamingHop {
        let fake = self.clone();
        StreamingHop::new(tower::service_fn(move |request: Request<Bytes>| {
            let fake = fake.clone();
            async move {
                let refused = fake.state().subscription_fault(&request);
                let (pieces, taken) = mpsc::channel(1);
                let status = if let Some((status, message)) = refused {
                    pieces.send(Bytes::from(message)).await?;
                    status
                } else {
                    let body: Value = serde_json::from_slice(request.body()).expect("JSON");
                    tokio::spawn(async move { fake.push(&body, &pieces).await });
                    200
                };
                let response =
                    Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
                Ok(response.body(HopBody(taken))?)
            }
        }))
    }

    async fn push(&self, body: &Value, pieces: &mpsc::Sender<Bytes>) {
        if pieces.send(frame("initial-response", &json!({}))).await.is_err() {
            return;
        }
        let position = &body["StartingPosition"];
        let (shard, events_max, mut appended) = {
            let state = self.state();
            (body["ShardId"].clone(), state.events_max, state.appended.subscribe())
        };
        let begun = self.state().get_shard_iterator(&json!({
            "ShardId": shard, "ShardIteratorType": position["Type"], "Timestamp": position["Timestamp"],
            "StartingSequenceNumber": position["SequenceNumber"]}));
        let mut iterator = begun.expect("a place to begin")["ShardIterator"].clone();
        for events_before in 0..events_max {
            let page = loop {
                appended.borrow_and_update();
                let page = self.state().get_records(&json!({"ShardIterator": iterator})).expect("a page");
                let has_records = page["Records"].as_array().is_some_and(|records| !records.is_empty());
                if has_records || events_before == 0 || page["NextShardIterator"].is_null() {
                    break page;
                }
                tokio::select! {
                    changed = appended.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(Duration::from_secs(5)) => break page,
                    () = pieces.closed() => return,
                }
            };
            let next = page["NextShardIterator"].as_str().and_then(|next| next.split_once('/'));
            let mut event =
                json!({"Records": page["Records"], "MillisBehindLatest": page["MillisBehindLatest"]});
            if let Some((id, after)) = next {
                let after = after.parse().expect("a counter");
                event["ContinuationSequenceNumber"] = json!(number(id.parse().expect("a shard"), after));
            }
            let is_last = next.is_none();
            if pieces.send(frame("SubscribeToShardEvent", &event)).await.is_err() || is_last {
                return;
            }
            iterator = page["NextShardIterator"].clone();
        }
    }

    /// The fake as a hop.
    pub(crate) fn hop(&self) -> HttpHop {
        let fake = self.clone();
        HttpHop::new(tower::service_fn(move |request: Request<Bytes>| {
            let response = fake.state().answer(&request);
            async move { Ok(response) }
        }))
    }
}

impl State {
    fn shard(&mut self, id: u32) -> &mut Shard {
        self.shards.get_mut(&id).expect("the test names a shard that is there")
    }

    fn append(&mut self, shard: u32, count: u64) {
        let arrival = self.clock.now_millis();
        let shard = self.shard(shard);
        for _ in 0..count {
            shard.last_counter += 1;
            shard.records.push((shard.last_counter, arrival));
        }
    }

    fn answer(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        let header = |name: &str| request.headers()[name].to_str().expect("text").to_owned();
        let target = header("x-amz-target");
        let operation = target.strip_prefix("Kinesis_20131202.").expect("a Kinesis operation");
        self.authorizations.push(header("authorization"));
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        let answer = self.fault(operation, &body).map_or_else(|| self.operation(operation, &body), Err);
        let (status, value) = match answer {
            Ok(value) => (200, value),
            Err((status, code, message)) => (status, json!({"__type": code, "message": message})),
        };
        let response =
            Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
        response.body(Bytes::from(value.to_string())).expect("a response")
    }

    fn fault(&mut self, operation: &str, body: &Value) -> Option<(u16, &'static str, String)> {
        let position = self.faults.iter().position(|fault| fault.operation == operation)?;
        let fault = &mut self.faults[position];
        if fault.after_calls > 0 {
            fault.after_calls -= 1;
            return None;
        }
        fault.times -= 1;
        let answer = (fault.status, fault.code, "as the test says".to_owned());
        if fault.times == 0 {
            self.faults.remove(position);
        }
        self.note(format!("{operation} {} {}", answer.1, body["ShardId"].as_str().unwrap_or_default()));
        Some(answer)
    }

    fn note(&mut self, text: String) {
        let begun = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        let at = self.clock.now().duration_since(begun).unwrap_or_default();
        self.log.push((at, text));
    }

    fn operation(&mut self, operation: &str, body: &Value) -> Answer {
        match operation {
            "DescribeStreamSummary" => Ok(self.describe()),
            "ListShards" => Ok(self.list_shards()),
            "GetShardIterator" => self.get_shard_iterator(body),
            "GetRecords" => self.get_records(body),
            "DescribeStreamConsumer" => self.describe_consumer(body),
            "RegisterStreamConsumer" => {
                self.note("RegisterStreamConsumer".to_owned());
                let name = body["ConsumerName"].as_str().expect("a name").to_owned();
                self.consumers.push(name.clone());
                Ok(json!({"Consumer": consumer(&name)}))
            }
            "DeregisterStreamConsumer" => {
                self.consumers.retain(|name| Some(name.as_str()) != body["ConsumerName"].as_str());
                Ok(json!({}))
            }
            other => panic!("the reader asked for {other}"),
        }
    }

    /// Notes a subscription, and refuses it when the test says so.
    fn subscription_fault(&mut self, request: &Request<Bytes>) -> Option<(u16, String)> {
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        self.note("SubscribeToShard".to_owned());
        let (status, code, message) = self.fault("SubscribeToShard", &body)?;
        Some((status, json!({"__type": code, "message": message}).to_string()))
    }

    fn describe_consumer(&self, body: &Value) -> Answer {
        let name = body["ConsumerName"].as_str().expect("a name");
        if self.consumers.iter().any(|known| known == name) {
            return Ok(json!({"ConsumerDescription": consumer(name)}));
        }
        Err((400, "ResourceNotFoundException", format!("no consumer {name}")))
    }

    fn describe(&mut self) -> Value {
        self.note("DescribeStreamSummary".to_owned());
        let seconds = self.created_millis as f64 / 1_000.0;
        json!({"StreamDescriptionSummary": {
            "StreamName": STREAM, "StreamARN": format!("arn:aws:kinesis:us-east-1:000000000000:stream/{STREAM}"),
            "StreamStatus": self.status, "RetentionPeriodHours": 24, "StreamCreationTimestamp": seconds,
            "EnhancedMonitoring": [{"ShardLevelMetrics": []}], "OpenShardCount": 1}})
    }

    fn list_shards(&mut self) -> Value {
        self.note("ListShards".to_owned());
        let shards: Vec<Value> = self
            .shards
            .iter()
            .map(|(id, shard)| {
                let mut shown = json!({"ShardId": shard_id(*id),
                "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "1"},
                "SequenceNumberRange": {"StartingSequenceNumber": number(*id, 0)}});
                for (field, parent) in ["ParentShardId", "AdjacentParentShardId"].iter().zip(&shard.parents) {
                    shown[field] = json!(shard_id(*parent));
                }
                shown
            })
            .collect();
        json!({"Shards": shards})
    }

    fn get_shard_iterator(&mut self, body: &Value) -> Answer {
        let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        let (id, kind) = (shard_number(&text("ShardId")), text("ShardIteratorType"));
        let after = SequenceNumber::parse(&text("StartingSequenceNumber"));
        let shown_after = after.as_ref().map(counter_of).unwrap_or_default();
        self.note(format!("GetShardIterator {id} {kind} {shown_after}"));
        let now = self.clock.now_millis();
        let refuses_trimmed = self.refuses_trimmed;
        let Some(shard) = self.shards.get(&id) else {
            return Err((400, "ResourceNotFoundException", format!("Shard {id} does not exist")));
        };
        let next = match kind.as_str() {
            "TRIM_HORIZON" => 0,
            "AT_TIMESTAMP" => {
                let millis = (body["Timestamp"].as_f64().expect("a time") * 1_000.0).round() as i64;
                if millis > now {
                    return Err((400, "InvalidArgumentException", "the time is in the future".to_owned()));
                }
                shard
                    .records
                    .iter()
                    .find(|(_, arrival)| *arrival >= millis)
                    .map_or(shard.last_counter, |(counter, _)| counter - 1)
            }
            "AFTER_SEQUENCE_NUMBER" => {
                let after = after
                    .and_then(|number| SequenceParts::decode(&number))
                    .expect("a number of ours")
                    .counter;
                let oldest = shard.records.first().map_or(shard.last_counter, |(counter, _)| *counter);
                if refuses_trimmed && after < oldest {
                    return Err((400, "InvalidArgumentException", "the number has been trimmed".to_owned()));
                }
                after
            }
            other => panic!("the reader asked for a {other} iterator"),
        };
        Ok(json!({"ShardIterator": format!("{id}/{next}")}))
    }

    fn get_records(&mut self, body: &Value) -> Answer {
        let (id, after) =
            body["ShardIterator"].as_str().and_then(|text| text.split_once('/')).expect("an iterator");
        let (id, after): (u32, u64) = (id.parse().expect("a shard"), after.parse().expect("a counter"));
        let limit = body["Limit"].as_u64().unwrap_or(10_000) as usize;
        self.note(format!("GetRecords {id}"));
        if self.busy && self.shards.contains_key(&id) {
            self.append(id, 1);
            self.shard(id).records.last_mut().expect("just appended").1 += 1;
        }
        let (now, page_max) = (self.clock.now_millis(), self.page_records_max.min(limit));
        let Some(shard) = self.shards.get_mut(&id) else {
            return Err((400, "ResourceNotFoundException", format!("Shard {id} does not exist")));
        };
        if shard.empty_pages > 0 {
            shard.empty_pages -= 1;
            let same = format!("{id}/{after}");
            return Ok(json!({"Records": [], "NextShardIterator": same, "MillisBehindLatest": 60_000}));
        }
        let page: Vec<(u64, i64)> =
            shard.records.iter().filter(|(counter, _)| *counter > after).take(page_max).copied().collect();
        let end = page.last().map_or(after, |(counter, _)| *counter);
        let at_end = end >= shard.last_counter;
        let behind = if at_end { 0 } else { now - page.last().map_or(now, |(_, arrival)| *arrival) };
        let next = (!(at_end && shard.closed)).then(|| format!("{id}/{end}"));
        let records: Vec<Value> = page
            .iter()
            .map(|(counter, arrival)| {
                json!({
            "SequenceNumber": number(id, *counter), "PartitionKey": format!("key-{counter}"),
            "ApproximateArrivalTimestamp": *arrival as f64 / 1_000.0,
            "Data": base64_simd::STANDARD.encode_to_string(format!("{id}:{counter}"))})
            })
            .collect();
        Ok(json!({"Records": records, "NextShardIterator": next, "MillisBehindLatest": behind}))
    }
}

fn consumer(name: &str) -> Value {
    let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{STREAM}/consumer/{name}:1");
    json!({"ConsumerName": name, "ConsumerARN": arn, "ConsumerStatus": "ACTIVE", "ConsumerCreationTimestamp": 1.0,
        "StreamARN": format!("arn:aws:kinesis:us-east-1:000000000000:stream/{STREAM}")})
}

/// One message of an event stream.
fn frame(event: &str, payload: &Value) -> Bytes {
    let text = |value: &str| HeaderValue::String(value.to_owned().into());
    let message = Message::new(payload.to_string())
        .add_header(Header::new(":message-type", text("event")))
        .add_header(Header::new(":event-type", text(event)))
        .add_header(Header::new(":content-type", text("application/json")));
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("a message");
    Bytes::from(bytes)
}

/// The id of a shard.
pub(crate) fn shard_id(number: u32) -> String {
    format!("shardId-{number:012}")
}

fn shard_number(id: &str) -> u32 {
    id.trim_start_matches("shardId-").parse().expect("a shard id")
}

fn number(shard: u32, counter: u64) -> String {
    sequence_number(shard, counter).to_string()
}

/// The sequence number of a shard's record.
pub(crate) fn sequence_number(shard: u32, counter: u64) -> SequenceNumber {
    SequenceParts { birth_secs: 1_767_000_000, counter, arrival_secs: 1_767_323_045, shard }.encode()
}

/// The counter of a sequence number.
pub(crate) fn counter_of(number: &SequenceNumber) -> String {
    SequenceParts::decode(number).map_or_else(|| number.to_string(), |parts| parts.counter.to_string())
}
