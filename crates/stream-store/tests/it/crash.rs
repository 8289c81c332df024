//! Crash at every operation on the disk, reopen, and compare with a model of what was promised.
//!
//! A history is a seeded sequence of calls. It runs once to count its operations on the disk, then once for each of them
//! with the power lost there. What is found after it must hold every acknowledged record in order, may hold the records
//! of the call that was under way, and nothing else.

use std::collections::BTreeMap;

use alluvium_kinesis_model::{HashKey, HashKeyRange, SequenceNumber, ShardId, StreamName};
use alluvium_stream_store::{
    AppendError, CatalogError, Durability, Fault, FaultyDisk, Reshard, ShardRecords, Store, StoreOptions,
    StreamChange,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::harness::{HOUR, NOW, new_stream, read_all, record, show};

const DIR: &str = "/data";
const NAMES: [&str; 3] = ["a", "b", "c"];
const CALLS: usize = 30;

/// What a shard was promised.
#[derive(Debug, Default, Clone)]
struct ModelShard {
    /// Acknowledged records by counter: data and arrival.
    acknowledged: BTreeMap<u64, (String, i64)>,
    /// Data of the call that was under way when the power went.
    maybe: Vec<String>,
    closed: bool,
    last_sequence: Option<SequenceNumber>,
}

#[derive(Debug, Default, Clone)]
struct ModelStream {
    name: String,
    retention_hours: i64,
    retention_hours_maybe: i64,
    shards: BTreeMap<ShardId, ModelShard>,
    maybe_gone: bool,
}

/// What the store was asked for and what it promised.
#[derive(Debug, Default, Clone)]
struct Model {
    streams: BTreeMap<u64, ModelStream>,
    /// A name that may or may not be there.
    maybe_made: Option<String>,
    /// The greatest sequence number seen under each name, deleted streams included.
    greatest: BTreeMap<String, SequenceNumber>,
    now: i64,
    written: u64,
}

/// Runs a history until its end or until a call fails.
async fn run(store: &Store, model: &mut Model, random: &mut StdRng) {
    for _ in 0..CALLS {
        let call = random.random_range(0..100);
        let alive = match call {
            0..14 => create(store, model, random).await,
            14..70 => append(store, model, random).await,
            70..76 => delete(store, model, random).await,
            76..82 => reshard(store, model, random).await,
            82..86 => change(store, model, random).await,
            86..92 => {
                model.now += random.random_range(0..20) * HOUR;
                true
            }
            _ => store.sweep(model.now).await.is_ok(),
        };
        if !alive {
            return;
        }
    }
}

async fn create(store: &Store, model: &mut Model, random: &mut StdRng) -> bool {
    let name = NAMES[random.random_range(0..NAMES.len())];
    if model.streams.values().any(|stream| stream.name == name) {
        return true;
    }
    let mut new = new_stream(name, random.random_range(1..3));
    new.now_millis = model.now;
    let Ok(made) = store.create_stream(new).await else {
        model.maybe_made = Some(name.to_owned());
        return false;
    };
    let shards = made.shards.iter().map(|shard| (shard.id, ModelShard::default())).collect();
    let stream = ModelStream {
        name: name.to_owned(),
        retention_hours: 24,
        retention_hours_maybe: 24,
        shards,
        maybe_gone: false,
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
    for (shard, _) in stream.shards.iter().filter(|(_, shard)| !shard.closed) {
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
    if store.delete_stream(id).await.is_err() {
        model.streams.get_mut(&id).unwrap().maybe_gone = true;
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
                stream.shards.entry(shard.id).or_default().closed = shard.closed.is_some();
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
    let change = StreamChange { retention_hours: Some(hours), ..StreamChange::default() };
    if store.update_stream(id, change).await.is_err() {
        return false;
    }
    stream.retention_hours = i64::from(hours);
    true
}

/// Compares what a reopened store holds with what was promised, then goes on writing to it.
async fn compare(store: &Store, model: &Model, context: &str) {
    for found in store.streams() {
        let known = model.streams.contains_key(&found.id);
        assert!(
            known || model.maybe_made.as_deref() == Some(found.name.as_str()),
            "{context}: {found:?} was invented"
        );
    }
    for (id, stream) in &model.streams {
        let Some(found) = store.stream_by_id(*id) else {
            assert!(stream.maybe_gone, "{context}: stream {id} is lost");
            continue;
        };
        for (shard_id, shard) in &stream.shards {
            let there = read_all(store, *id, *shard_id, model.now).await;
            let shown: Vec<String> = there.iter().map(show).collect();
            let retention = stream.retention_hours.min(stream.retention_hours_maybe) * HOUR;
            let kept = |arrival: i64| arrival >= model.now - retention;
            let mut expected = shard.acknowledged.iter().filter(|(_, (_, arrival))| kept(*arrival));
            let place = format!("{context}: stream {id} shard {}", shard_id.0);
            let numbers: Vec<u64> = there.iter().map(|record| record.sequence.counter).collect();
            assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{place} has a hole: {shown:?}");
            assert!(
                expected.all(|(counter, (text, _))| shown.contains(&format!("{counter}:{text}"))),
                "{place} lost something of {:?}: {shown:?}",
                shard.acknowledged
            );
            let last = shard.acknowledged.last_key_value().map_or(0, |(counter, _)| *counter);
            for record in &there {
                let text = String::from_utf8(record.data.to_vec()).unwrap();
                let counter = record.sequence.counter;
                let promised = shard.acknowledged.get(&counter).is_some_and(|(written, _)| *written == text);
                let maybe = counter > last && shard.maybe.get((counter - last - 1) as usize) == Some(&text);
                assert!(promised || maybe, "{place}: {counter}:{text} was invented");
            }
            let is_open = found.shard(*shard_id).unwrap().closed.is_none();
            if is_open {
                let again = store.append(*id, *shard_id, vec![record("again")], model.now).await.unwrap();
                assert!(again.first.counter > last, "{place} went back to {}", again.first.counter);
                let number = again.sequence_number(0);
                assert!(
                    shard.last_sequence.as_ref().is_none_or(|last| *last < number),
                    "{place} repeats {number}"
                );
            }
        }
    }
    for name in NAMES {
        let parsed = StreamName::parse(name).unwrap();
        if let Some(found) = store.stream(&parsed) {
            store.delete_stream(found.id).await.unwrap();
        }
        let mut new = new_stream(name, 1);
        new.now_millis = model.now;
        let made = store.create_stream(new).await.unwrap();
        let number =
            store.append(made.id, ShardId(0), vec![record("x")], model.now).await.unwrap().sequence_number(0);
        assert!(
            model.greatest.get(name).is_none_or(|greatest| *greatest < number),
            "{context}: {name} repeats {number}"
        );
    }
}

async fn open(disk: &FaultyDisk, durability: Durability) -> Result<Store, alluvium_stream_store::OpenError> {
    let options = StoreOptions { segment_bytes_max: 4096, durability, ..StoreOptions::new(DIR) };
    Store::open(options, disk.clone()).await
}

/// Runs the history of `seed`, with `fault` at one of its operations; returns how many operations there were.
async fn history(seed: u64, fault: Option<(u64, Fault)>) -> u64 {
    let context = format!("seed {seed}, {fault:?}");
    let disk = FaultyDisk::new();
    let mut model = Model { now: NOW, ..Model::default() };
    if let Some((operation, fault)) = fault {
        disk.fail_at(operation, fault);
    }
    if let Ok(store) = open(&disk, Durability::Sync).await {
        run(&store, &mut model, &mut StdRng::seed_from_u64(seed)).await;
        store.close().await;
    }
    let operations = disk.operations();
    let after = if fault.is_some() { disk.after_power_loss(seed ^ operations) } else { disk.after_kill() };
    let store = open(&after, Durability::Sync).await.unwrap_or_else(|error| panic!("{context}: {error}"));
    compare(&store, &model, &context).await;
    store.close().await;
    operations
}

/// Crashes the histories of some seeds at each of their operations; returns how many crashes there were.
async fn crash_everywhere(seeds: std::ops::Range<u64>) -> u64 {
    let mut crashes = 0;
    for seed in seeds {
        let operations = history(seed, None).await;
        for operation in 0..operations {
            let fault = [Fault::PowerLoss, Fault::TornWrite, Fault::DiskFull, Fault::Error];
            history(seed, Some((operation, fault[((operation + seed) % 4) as usize]))).await;
        }
        crashes += operations;
    }
    crashes
}

#[tokio::test]
async fn a_crash_at_any_operation_loses_and_invents_nothing() {
    let crashes = crash_everywhere(0..12).await;
    assert!(crashes > 1_000, "{crashes}");
}

/// The other half, so that two processors share the work.
#[tokio::test]
async fn a_crash_at_any_operation_of_other_histories_loses_and_invents_nothing() {
    let crashes = crash_everywhere(12..24).await;
    assert!(crashes > 1_000, "{crashes}");
}

/// The same seed makes the same operations: otherwise "crash at every operation" would say nothing.
#[tokio::test]
async fn a_history_is_repeatable() {
    for seed in 0..3 {
        assert_eq!(history(seed, None).await, history(seed, None).await);
    }
}
