//! A process killed with SIGKILL under load: every record that it said was acknowledged is there, in order, once.
//!
//! The test runs itself again as the process to kill, told by an environment variable where to write.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{Files, NewRecord, OpenError, Store, StoreOptions, verify_directory};
use tempfile::tempdir;

use crate::harness::{NOW, new_stream, read_all};

const CHILD_DIR: &str = "ALLUVIUM_STORE_KILLED_CHILD_DIR";
const TEST: &str = "kill::a_killed_process_loses_no_acknowledged_record";
const WRITERS: u32 = 8;
const SHARDS: u32 = 3;

#[test]
fn a_killed_process_loses_no_acknowledged_record() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Ok(dir) = std::env::var(CHILD_DIR) {
        runtime.block_on(write_until_killed(Path::new(&dir)));
        return;
    }
    let dir = tempdir().unwrap();
    let mut acknowledged = BTreeMap::new();
    for round in 1..=3 {
        kill_after(dir.path(), 400 * round, &mut acknowledged);
        runtime.block_on(verify(dir.path(), &acknowledged));
    }
}

fn options(dir: &Path) -> StoreOptions {
    StoreOptions { segment_bytes_max: 64 * 1024, ..StoreOptions::new(dir) }
}

async fn write_until_killed(dir: &Path) {
    let store = Store::open(options(dir), Files).await.unwrap();
    let stream = match store.streams().pop() {
        Some(stream) => stream,
        None => store.create_stream(new_stream("s", SHARDS)).await.unwrap(),
    };
    let already = store.accepted(stream.id).unwrap();
    let writers = (0..WRITERS).map(|writer| {
        let (store, id) = (store.clone(), stream.id);
        tokio::spawn(async move {
            for n in 0_u64.. {
                let text = format!("{already}/{writer}/{n}");
                let record = NewRecord { partition_key: text.clone(), data: format!("{text:>500}").into() };
                let shard = ShardId(writer % SHARDS);
                let appended = store.append(id, shard, vec![record], NOW).await.unwrap();
                let line = format!("\nacknowledged {} {} {text} .\n", shard.0, appended.first.counter);
                std::io::stdout().write_all(line.as_bytes()).unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

/// Starts a writing process, kills it after so many acknowledgements, and notes all that it printed.
/// Meanwhile nobody else gets at the directory.
fn kill_after(dir: &Path, count: usize, acknowledged: &mut BTreeMap<(u32, u64), String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let ["acknowledged", shard, counter, text, "."] = words[..] else { continue };
        let place = (shard.parse().unwrap(), counter.parse().unwrap());
        assert_eq!(acknowledged.insert(place, text.to_owned()), None, "{place:?} was given twice");
        seen += 1;
        if seen == count {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let refused = runtime.block_on(Store::open(options(dir), Files)).unwrap_err();
            assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
            child.kill().unwrap();
        }
    }
    assert!(!child.wait().unwrap().success());
    assert!(seen >= count, "the process ended by itself after {seen} acknowledgements");
}

async fn verify(dir: &Path, acknowledged: &BTreeMap<(u32, u64), String>) {
    assert_eq!(verify_directory(&Files, dir, &[], &mut |_| {}).unwrap().problems, []);
    let store = Store::open(options(dir), Files).await.unwrap();
    let stream = store.streams().pop().unwrap();
    let mut found = BTreeMap::new();
    for shard in 0..SHARDS {
        let records = read_all(&store, stream.id, ShardId(shard), NOW).await;
        for (expected, record) in (1..).zip(&records) {
            assert_eq!(record.sequence.counter, expected);
            assert_eq!(String::from_utf8_lossy(&record.data).trim(), record.partition_key);
            found.insert((shard, expected), record.partition_key.clone());
        }
    }
    for (place, text) in acknowledged {
        assert_eq!(found.get(place), Some(text), "{place:?}");
    }
    let distinct: BTreeSet<&String> = found.values().collect();
    assert_eq!(distinct.len(), found.len(), "a record is there twice");
    // Each writer waits for its acknowledgement, so at most one record of each is there without one, each time it was killed.
    assert!(found.len() - acknowledged.len() <= (3 * WRITERS) as usize);
    store.close().await;
}
