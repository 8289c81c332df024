//! A model of what the store promised, the calls that build it up, and the comparison with what is found after a crash.

use std::collections::BTreeMap;

use alluvium_kinesis_model::{HashKey, HashKeyRange, SequenceNumber, ShardId, StreamName};
use alluvium_stream_store::{
    AppendError, CatalogError, Reshard, ShardRecords, Store, StoredRecord, Stream, StreamChange,
};
use rand::{RngExt, rngs::StdRng};

use crate::details::Details;
use crate::harness::{HOUR, new_stream, read_all, record, show};

const NAMES: [&str; 3] = ["a", "b", "c"];
const CALLS: usize = 30;

/// What a shard was promised.
#[derive(Debug, Default, Clone)]
struct ModelShard {
    /// Acknowledged records by counter: data and arrival.
    acknowledged: BTreeMap<u64, (String, i64)>,
    /// Data of the call that was under way when the power went.
    maybe: Vec<String>,
    /// When it was closed.
    closed: Option<i64>,
    /// Records up to this counter were purged.
    purged_through: u64,
    last_sequence: Option<SequenceNumber>,
}

#[derive(Debug, Default, Clone)]
struct ModelStream {
    name: String,
    retention_hours: i64,
    retention_hours_maybe: i64,
    shards: BTreeMap<ShardId, ModelShard>,
    details: Details,
    /// What the details are if the call that failed was done.
    details_maybe: Option<Details>,
    maybe_gone: bool,
    maybe_purged: bool,
    /// From when on it is gone.
    gone_at: Option<i64>,
    /// Records that arrived before this may have been removed.
    swept_before: i64,
    /// Records that arrived before this had expired when the retention was raised.
    expired_before: i64,
}

/// What the store was asked for and what it promised.
#[derive(Debug, Default, Clone)]
pub(crate) struct Model {
    streams: BTreeMap<u64, ModelStream>,
    /// A name that may or may not be there.
    maybe_made: Option<String>,
    /// The greatest sequence number seen under each name, deleted streams included.
    greatest: BTreeMap<String, SequenceNumber>,
    now: i64,
    written: u64,
}

impl Model {
    /// Of an empty store, at a moment.
    pub(crate) fn at(now: i64) -> Self {
        Self { now, ..Self::default() }
    }

    /// What has expired now may be gone for good, whatever the retention becomes.
    fn sweep(&mut self) {
        for stream in self.streams.values_mut() {
            stream.swept_before = stream.swept_before.max(self.now - stream.retention_hours * HOUR);
            stream.maybe_gone |= stream.gone_at.is_some_and(|gone_at| gone_at <= self.now);
            let before = stream.details.clone();
            stream.details.forget(self.now);
            stream.details_maybe = Some(before);
        }
    }

    /// A sweep that succeeded has removed what is gone.
    fn swept(&mut self) {
        let now = self.now;
        self.streams.retain(|_, stream| stream.gone_at.is_none_or(|gone_at| gone_at > now));
        for stream in self.streams.values_mut() {
            stream.details_maybe = None;
        }
    }
}

/// Runs a history until its end or until a call fails.
pub(crate) async fn run(store: &Store, model: &mut Model, random: &mut StdRng) {
    for _ in 0..CALLS {
        let call = random.random_range(0..100);
        let alive = match call {
            0..14 => create(store, model, random).await,
            14..62 => append(store, model, random).await,
            62..66 => details(store, model, random).await,
            66..68 => purge(store, model, random).await,
            68..74 => delete(store, model, random).await,
            74..81 => reshard(store, model, random).await,
            81..86 => change(store, model, random).await,
            86..92 => {
                model.now += random.random_range(0..20) * HOUR;
                true
            }
            _ => {
                model.now += random.random_range(0..2) * 25 * HOUR;
                model.sweep();
                let swept = store.sweep(model.now).await.is_ok();
                if swept {
                    model.swept();
                }
                swept
            }
        };
        if !alive {
            return;
        }
    }
}

async fn create(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let name = NAMES[random.random_range(0..NAMES.len())];
    let namesake = model.streams.iter().find(|(_, stream)| stream.name == name);
    let namesake =
        namesake.map(|(id, stream)| (*id, stream.gone_at.is_some_and(|gone_at| gone_at <= model.now)));
    if namesake.is_some_and(|(_, gone)| !gone) {
        return true;
    }
    let mut new = new_stream(name, random.random_range(1..3));
    new.now_millis = model.now;
    let details = Details::of_new(&mut new, random);
    let Ok(made) = store.create_stream(new).await else {
        model.maybe_made = Some(name.to_owned());
        if let Some(stream) = namesake.and_then(|(id, _)| model.streams.get_mut(&id)) {
            stream.maybe_gone = true;
        }
        return false;
    };
    if let Some((id, _)) = namesake {
        model.streams.remove(&id);
    }
    let shards = made.shards.iter().map(|shard| (shard.id, ModelShard::default())).collect();
    let stream = ModelStream {
        name: name.to_owned(),
        retention_hours: 24,
        retention_hours_maybe: 24,
        shards,
        details,
        details_maybe: None,
        maybe_gone: false,
        maybe_purged: false,
        gone_at: None,
        swept_before: i64::MIN,
        expired_before: i64::MIN,
    };
    model.streams.insert(made.id, stream);
    true
}

fn pick(model: &Model, random: &mut StdRng) -> Option<u64> {
    let ids: Vec<u64> = model.streams.keys().copied().collect();
    (!ids.is_empty()).then(|| ids[random.random_range(0..ids.len())])
}

async fn append(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let mut batches = Vec::new();
    let stream = model.streams.get_mut(&id).unwrap();
    for (shard, _) in stream.shards.iter().filter(|(_, shard)| shard.closed.is_none()) {
        let count = random.random_range(0..4);
        let mut texts = Vec::new();
        for _ in 0..count {
            model.written += 1;
            texts.push(record(&format!("{}{}", model.written, "~".repeat(random.random_range(0..400)))));
        }
        if !texts.is_empty() {
            batches.push(ShardRecords { shard: *shard, records: texts });
        }
    }
    let answers = store.append_many(id, batches.clone(), model.now).await;
    let mut alive = true;
    for (batch, answer) in batches.into_iter().zip(answers) {
        let shard = stream.shards.get_mut(&batch.shard).unwrap();
        let texts = batch.records.iter().map(|record| String::from_utf8(record.data.to_vec()).unwrap());
        match answer {
            Ok(appended) => {
                let number = appended.sequence_number(appended.record_count - 1);
                assert!(shard.last_sequence.as_ref().is_none_or(|last| *last < number));
                let greatest = model.greatest.entry(stream.name.clone()).or_insert_with(|| number.clone());
                *greatest = number.clone().max(greatest.clone());
                shard.last_sequence = Some(number);
                let arrival = appended.arrival_millis;
                let acknowledged = (appended.first.counter..).zip(texts.map(|text| (text, arrival)));
                shard.acknowledged.extend(acknowledged);
            }
            Err(AppendError::OutcomeUnknown(_)) => {
                shard.maybe = texts.collect();
                alive = false;
            }
            Err(_) => alive = false,
        }
    }
    alive
}

async fn delete(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let stream = model.streams.get_mut(&id).unwrap();
    if random.random_range(0..2) == 0 {
        stream.gone_at = Some(model.now + random.random_range(0..2) * HOUR);
        // When this fails the stream is there or DELETING; nothing sweeps after it.
        return store.delete_stream_at(id, stream.gone_at.unwrap()).await.is_ok();
    }
    if store.delete_stream(id).await.is_err() {
        stream.maybe_gone = true;
        return false;
    }
    model.streams.remove(&id);
    true
}

async fn reshard(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let made = store.stream_by_id(id).unwrap();
    let open: Vec<_> = made.open_shards().collect();
    let (from, to) = (open[0].hash_key_range.starting.0, open[0].hash_key_range.ending_inclusive.0);
    let range =
        |starting, ending| HashKeyRange { starting: HashKey(starting), ending_inclusive: HashKey(ending) };
    let (parents, children) = if open.len() > 2 {
        let merged = range(
            from.min(open[1].hash_key_range.starting.0),
            open[1].hash_key_range.ending_inclusive.0.max(to),
        );
        (vec![open[0].id, open[1].id], vec![merged])
    } else {
        let half = from + (to - from) / 2;
        (vec![open[0].id], vec![range(from, half), range(half + 1, to)])
    };
    let plan =
        Reshard { parents: parents.clone(), children, active_at_millis: model.now, now_millis: model.now };
    match store.reshard(id, plan).await {
        Ok(after) => {
            let stream = model.streams.get_mut(&id).unwrap();
            for shard in &after.shards {
                stream.shards.entry(shard.id).or_default().closed = shard.closed.map(|end| end.closed_millis);
            }
            true
        }
        Err(CatalogError::BadReshard { .. }) => true,
        Err(_) => false,
    }
}

async fn change(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let hours = [24, 48, 200][random.random_range(0..3)];
    let stream = model.streams.get_mut(&id).unwrap();
    stream.retention_hours_maybe = i64::from(hours);
    let change =
        StreamChange { retention_hours: Some(hours), now_millis: model.now, ..StreamChange::default() };
    let expired_before = model.now - stream.retention_hours * HOUR;
    let is_longer = i64::from(hours) > stream.retention_hours;
    if is_longer {
        stream.swept_before = stream.swept_before.max(expired_before);
    }
    if store.update_stream(id, change).await.is_err() {
        return false;
    }
    if is_longer {
        stream.expired_before = stream.expired_before.max(expired_before);
    }
    stream.retention_hours = i64::from(hours);
    true
}

async fn purge(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let stream = model.streams.get_mut(&id).unwrap();
    if store.purge(id).await.is_err() {
        stream.maybe_purged = true;
        return false;
    }
    for shard in stream.shards.values_mut() {
        shard.purged_through = shard.last_counter();
    }
    true
}

/// Sets tags, settings or a policy, or registers and deregisters a consumer.
async fn details(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let Some(id) = pick(model, random) else { return true };
    let stream = model.streams.get_mut(&id).unwrap();
    let mut wanted = stream.details.clone();
    let done = wanted.change(store, id, model.now, random).await;
    if done {
        stream.details = wanted;
    } else {
        stream.details_maybe = Some(wanted);
    }
    done
}

/// Compares what a reopened store holds with what was promised, then goes on writing to it. `may_lose` excuses the newest
/// records of a shard.
pub(crate) async fn compare(store: &Store, model: &Model, may_lose: bool, context: &str) {
    for found in store.streams() {
        let known = model.streams.contains_key(&found.id);
        let maybe = model.maybe_made.as_deref() == Some(found.name.as_str());
        assert!(known || maybe, "{context}: {found:?} was invented");
    }
    for (id, stream) in &model.streams {
        let Some(found) = store.stream_by_id(*id) else {
            assert!(stream.maybe_gone, "{context}: stream {id} is lost");
            continue;
        };
        let as_promised = stream.details.is_as(&found)
            || stream.details_maybe.as_ref().is_some_and(|maybe| maybe.is_as(&found));
        assert!(as_promised, "{context}: stream {id} is {found:?}, not {:?}", stream.details);
        let retention = stream.retention_hours.min(stream.retention_hours_maybe) * HOUR;
        for (shard_id, shard) in &stream.shards {
            let place = format!("{context}: stream {id} shard {}", shard_id.0);
            let Some(found_shard) = found.shard(*shard_id) else {
                let forgotten = shard.closed.is_some_and(|closed| closed < stream.swept_before);
                assert!(forgotten, "{place} is lost");
                continue;
            };
            let there = read_all(store, *id, *shard_id, model.now).await;
            let oldest = stream.swept_before.max(model.now - retention);
            let reappeared = there.iter().find(|record| record.arrival_millis < stream.expired_before);
            assert!(reappeared.is_none(), "{place} shows what had expired: {reappeared:?}");
            shard.compare(&there, oldest, may_lose, stream.maybe_purged, &place);
            if found_shard.closed.is_none() {
                shard.go_on(store, &found, *shard_id, model.now, may_lose, &place).await;
            }
        }
    }
    for name in NAMES {
        let number = make_again(store, name, model.now).await;
        let follows = model.greatest.get(name).is_none_or(|greatest| *greatest < number);
        assert!(follows, "{context}: {name} repeats {number}");
    }
}

impl ModelShard {
    fn compare(&self, there: &[StoredRecord], oldest: i64, may_lose: bool, maybe_purged: bool, place: &str) {
        let shown: Vec<String> = there.iter().map(show).collect();
        let numbers: Vec<u64> = there.iter().map(|record| record.sequence.counter).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{place} has a hole: {numbers:?}");
        for (counter, (text, arrival)) in &self.acknowledged {
            let found = shown.contains(&format!("{counter}:{text}"));
            let purged = *counter <= self.purged_through;
            assert!(!(purged && found), "{place} still has {counter}:{text}, which was purged");
            assert!(
                may_lose || maybe_purged || purged || *arrival < oldest || found,
                "{place} lost {counter}:{text}, it has {numbers:?}"
            );
        }
        let last = self.last_counter();
        for record in there {
            let text = String::from_utf8(record.data.to_vec()).unwrap();
            let counter = record.sequence.counter;
            let promised = self.acknowledged.get(&counter).is_some_and(|(written, _)| *written == text);
            let maybe = counter > last && self.maybe.get((counter - last - 1) as usize) == Some(&text);
            assert!(promised || maybe, "{place}: {counter}:{text} was invented");
        }
    }

    async fn go_on(
        &self,
        store: &Store,
        stream: &Stream,
        id: ShardId,
        now: i64,
        may_lose: bool,
        place: &str,
    ) {
        let again = store.append(stream.id, id, vec![record("again")], now).await.unwrap();
        let counter = again.first.counter;
        assert!(may_lose || counter > self.last_counter(), "{place} went back to {counter}");
        let number = again.sequence_number(0);
        let follows = self.last_sequence.as_ref().is_none_or(|last| *last < number);
        assert!(may_lose || follows, "{place} repeats {number}");
    }

    fn last_counter(&self) -> u64 {
        self.acknowledged.last_key_value().map_or(0, |(counter, _)| *counter)
    }
}

/// Deletes a stream, makes it again, and returns the sequence number of its first record.
async fn make_again(store: &Store, name: &str, now_millis: i64) -> SequenceNumber {
    if let Some(found) = store.stream(&StreamName::parse(name).unwrap()) {
        store.delete_stream(found.id).await.unwrap();
    }
    let mut new = new_stream(name, 1);
    new.now_millis = now_millis;
    let made = store.create_stream(new).await.unwrap();
    let appended = store.append(made.id, ShardId(0), vec![record("x")], now_millis).await.unwrap();
    appended.sequence_number(0)
}
