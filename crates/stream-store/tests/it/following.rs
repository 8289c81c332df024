//! Readers that follow writers: from memory and from files, across segments and sweeps, each sees every record once.

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{Files, PageLimits, ReadFrom, Store, StoreOptions};
use tempfile::tempdir;

use crate::harness::{NOW, new_stream, options, record};

const SHARDS: u32 = 2;
const WRITERS: u32 = 6;
const RECORDS_EACH: u64 = 80;

/// Writes as fast as it is acknowledged.
async fn write(store: Store, stream_id: u64, writer: u32) {
    for n in 0..RECORDS_EACH {
        let text = format!("{writer}/{n}/{}", "x".repeat(100));
        let shard = ShardId(writer % SHARDS);
        store.append(stream_id, shard, vec![record(&text)], NOW).await.unwrap();
    }
}

/// Reads a shard from its beginning, waiting at the tip, until it has seen so many records; returns each writer's numbers.
async fn follow(store: Store, stream_id: u64, shard: ShardId, count: u64) -> Vec<Vec<u64>> {
    let limits = PageLimits { records_max: 5, ..PageLimits::default() };
    let mut seen = vec![Vec::new(); WRITERS as usize];
    let mut next = 1;
    while next <= count {
        store.wait_past(stream_id, shard, next - 1).await.unwrap();
        let from = ReadFrom::CounterInclusive(next);
        let page = store.read(stream_id, shard, from, limits, NOW).await.unwrap();
        assert!(!page.records.is_empty(), "woken for record {next} and it is not there");
        for record in &page.records {
            assert_eq!(record.sequence.counter, next);
            next += 1;
            let text = String::from_utf8(record.data.to_vec()).unwrap();
            let mut words = text.split('/').map(str::parse::<u64>);
            let (writer, n) = (words.next().unwrap().unwrap(), words.next().unwrap().unwrap());
            seen[writer as usize].push(n);
        }
        assert_eq!(page.next_counter_inclusive, next);
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_see_every_record_once_and_in_each_writers_order() {
    for tail_bytes_max in [0, 3_000, 1_000_000] {
        let dir = tempdir().unwrap();
        let store =
            Store::open(StoreOptions { tail_bytes_max, open_files_max: 3, ..options(dir.path()) }, Files)
                .await
                .unwrap();
        let id = store.create_stream(new_stream("s", SHARDS)).await.unwrap().id;
        let per_shard = RECORDS_EACH * u64::from(WRITERS / SHARDS);
        let followers: Vec<_> = (0..2 * SHARDS)
            .map(|n| tokio::spawn(follow(store.clone(), id, ShardId(n % SHARDS), per_shard)))
            .collect();
        let writers: Vec<_> = (0..WRITERS).map(|n| tokio::spawn(write(store.clone(), id, n))).collect();
        for writer in writers {
            writer.await.unwrap();
            assert_eq!(store.sweep(NOW).await.unwrap().segments, 0);
        }
        for follower in followers {
            for numbers in follower.await.unwrap().iter().filter(|numbers| !numbers.is_empty()) {
                assert_eq!(*numbers, (0..RECORDS_EACH).collect::<Vec<_>>());
            }
        }
        assert!(store.stats().segments > 10);
        assert!(store.stats().open_files <= 3);
    }
}

/// A page that is read from files while a purge and a sweep remove them goes on behind what is gone, and never fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_goes_on_when_what_it_reads_is_removed() {
    let dir = tempdir().unwrap();
    let options = StoreOptions { tail_bytes_max: 0, open_files_max: 1, ..options(dir.path()) };
    let store = Store::open(options, Files).await.unwrap();
    let id = store.create_stream(new_stream("s", 1)).await.unwrap().id;
    let reader = {
        let store = store.clone();
        tokio::spawn(async move {
            let mut pages = 0;
            while store.tip(id, ShardId(0)).unwrap().counter < 600 {
                let page =
                    store.read(id, ShardId(0), ReadFrom::TrimHorizon, PageLimits::default(), NOW).await;
                let counters: Vec<u64> =
                    page.unwrap().records.iter().map(|record| record.sequence.counter).collect();
                assert!(counters.windows(2).all(|pair| pair[0] < pair[1]), "{counters:?}");
                pages += 1;
            }
            pages
        })
    };
    for n in 0..600 {
        store.append(id, ShardId(0), vec![record(&"x".repeat(400))], NOW).await.unwrap();
        if n % 50 == 0 {
            store.purge(id).await.unwrap();
            store.sweep(NOW).await.unwrap();
        }
    }
    assert!(reader.await.unwrap() > 0);
}
