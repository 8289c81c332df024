//! Appending and reading back: order, pages, places to begin, waiting.

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{
    AppendError, Files, PageLimits, ReadError, ReadFrom, ShardRecords, Store, StoreOptions, limits,
};
use tempfile::tempdir;

use crate::harness::{
    HOUR, NOW, SHARD, new_stream, open, options, put, record, records, show, shown, stream,
};

#[tokio::test]
async fn what_was_appended_is_read_back_in_order_also_after_reopening() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let first = store.append(made.id, SHARD, records(&["a", "b"]), NOW).await.unwrap();
    let second = store.append(made.id, SHARD, records(&["c"]), NOW + 5).await.unwrap();
    assert_eq!((first.first.counter, first.last_counter(), second.first.counter), (1, 2, 3));
    assert!(made.shards[0].starting_sequence_number() < first.sequence_number(0));
    assert!(first.sequence_number(1) < second.sequence_number(0));
    assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:a 2:b 3:c");
    store.close().await;

    let store = open(dir.path(), Files).await;
    assert!(store.recovery().cuts.is_empty());
    let page =
        store.read(made.id, SHARD, ReadFrom::CounterInclusive(2), PageLimits::default(), NOW).await.unwrap();
    assert_eq!(page.records.iter().map(show).collect::<Vec<_>>(), ["2:b", "3:c"]);
    assert_eq!(page.records[0].sequence_number(), first.sequence_number(1));
    assert_eq!(page.records[0].partition_key, "key of b");
    assert_eq!(page.records[1].arrival_millis, NOW + 5);
    assert_eq!((page.tip.counter, page.tip.arrival_millis), (3, Some(NOW + 5)));
    assert_eq!(store.accepted(made.id), Some(3));
    assert_eq!(store.append(made.id, SHARD, records(&["d"]), NOW).await.unwrap().first.counter, 4);
}

/// Many segments, several shards in each, read once from memory and once from the files.
#[tokio::test]
async fn shards_that_share_segments_read_back_apart() {
    for tail_bytes_max in [0, 5_000, limits::TAIL_BYTES_DEFAULT] {
        let dir = tempdir().unwrap();
        let options = StoreOptions { tail_bytes_max, ..options(dir.path()) };
        let store = Store::open(options.clone(), Files).await.unwrap();
        let made = store.create_stream(new_stream("s", 3)).await.unwrap();
        let mut expected = [const { Vec::new() }; 3];
        for round in 0..60 {
            let batches = (0..3_u32).map(|shard| {
                let texts = (0..=shard).map(|n| format!("{round}/{shard}/{n}/{}", "x".repeat(round)));
                ShardRecords { shard: ShardId(shard), records: texts.map(|text| record(&text)).collect() }
            });
            let batches: Vec<_> = batches.collect();
            for batch in &batches {
                let texts =
                    batch.records.iter().map(|record| String::from_utf8_lossy(&record.data).into_owned());
                expected[batch.shard.0 as usize].extend(texts);
            }
            for answer in store.append_many(made.id, batches, NOW).await {
                answer.unwrap();
            }
        }
        assert!(store.stats().segments > 3, "{:?}", store.stats());
        for reopened in [false, true] {
            let store = if reopened {
                store.close().await;
                Store::open(options.clone(), Files).await.unwrap()
            } else {
                store.clone()
            };
            for (shard, expected) in (0..).map(ShardId).zip(&expected) {
                let expected: Vec<String> =
                    (1..).zip(expected).map(|(n, text)| format!("{n}:{text}")).collect();
                assert_eq!(
                    shown(&store, made.id, shard, NOW).await,
                    expected.join(" "),
                    "reopened: {reopened}"
                );
            }
            store.close().await;
        }
    }
}

#[tokio::test]
async fn a_page_keeps_its_limits_but_has_one_record_at_least() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    store.append(made.id, SHARD, records(&["1", "2", "3", "4"]), NOW).await.unwrap();
    let check = async |records_max, bytes_max, expected: &str| {
        let limits = PageLimits { records_max, bytes_max };
        let page = store.read(made.id, SHARD, ReadFrom::TrimHorizon, limits, NOW).await.unwrap();
        let shown: Vec<String> = page.records.iter().map(show).collect();
        assert_eq!(format!("{} next {}", shown.join(" "), page.next_counter_inclusive), expected);
    };
    // Each record is 9 bytes with its key.
    check(3, 1_000, "1:1 2:2 3:3 next 4").await;
    check(10, 18, "1:1 2:2 next 3").await;
    check(10, 17, "1:1 next 2").await;
    check(10, 0, "1:1 next 2").await;
    check(10, 1_000, "1:1 2:2 3:3 4:4 next 5").await;
}

#[tokio::test]
async fn reading_begins_at_a_counter_a_time_or_the_trim_horizon() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    for hour in 0..40 {
        let text = format!("h{hour}{}", "-".repeat(200));
        store.append(made.id, SHARD, records(&[&text]), NOW + hour * HOUR).await.unwrap();
    }
    let check = async |from, now_hour: i64, first: Option<u64>| {
        let limits = PageLimits { records_max: 1, ..PageLimits::default() };
        let page = store.read(made.id, SHARD, from, limits, NOW + now_hour * HOUR).await.unwrap();
        assert_eq!(
            page.records.first().map(|record| record.sequence.counter),
            first,
            "{from:?} at {now_hour}"
        );
    };
    check(ReadFrom::TrimHorizon, 10, Some(1)).await;
    check(ReadFrom::TrimHorizon, 39, Some(16)).await; // 39 h - 24 h = the 15th hour, counted from 0
    check(ReadFrom::CounterInclusive(3), 39, Some(16)).await;
    check(ReadFrom::CounterInclusive(20), 39, Some(20)).await;
    check(ReadFrom::CounterInclusive(41), 39, None).await;
    check(ReadFrom::AtTimestamp(NOW + 20 * HOUR), 39, Some(21)).await;
    check(ReadFrom::AtTimestamp(NOW + 20 * HOUR + 1), 39, Some(22)).await;
    check(ReadFrom::AtTimestamp(NOW + 20 * HOUR - 1), 39, Some(21)).await;
    check(ReadFrom::AtTimestamp(0), 39, Some(16)).await;
    check(ReadFrom::AtTimestamp(NOW + 40 * HOUR), 39, None).await;
    check(ReadFrom::TrimHorizon, 100, None).await;
}

#[tokio::test]
async fn arrivals_never_go_back_in_a_shard() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let late = store.append(made.id, SHARD, records(&["a"]), NOW + 100).await.unwrap();
    let early = store.append(made.id, SHARD, records(&["b"]), NOW).await.unwrap();
    assert_eq!((late.arrival_millis, early.arrival_millis), (NOW + 100, NOW + 100));
}

#[tokio::test]
async fn a_reader_at_the_tip_is_woken_by_the_next_record() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let waiting = tokio::spawn({
        let (store, id) = (store.clone(), made.id);
        async move { store.wait_past(id, SHARD, 1).await }
    });
    put(&store, &made, &["a", "b"]).await;
    assert_eq!(waiting.await.unwrap().unwrap().counter, 2);
    let waiting = tokio::spawn({
        let (store, id) = (store.clone(), made.id);
        async move { store.wait_past(id, SHARD, 2).await }
    });
    store.delete_stream(made.id).await.unwrap();
    assert!(matches!(waiting.await.unwrap(), Err(ReadError::StreamNotFound { .. })));
}

/// Appends that wait for a sync share the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_share_syncs() {
    let dir = tempdir().unwrap();
    let store = Store::open(StoreOptions::new(dir.path()), Files).await.unwrap();
    let made = stream(&store, "s").await;
    let appends = (0..64).map(|task| {
        let (store, id) = (store.clone(), made.id);
        tokio::spawn(async move {
            for n in 0..10 {
                store.append(id, SHARD, records(&[&format!("{task}/{n}")]), NOW).await.unwrap();
            }
        })
    });
    for append in appends.collect::<Vec<_>>() {
        append.await.unwrap();
    }
    let stats = store.stats();
    assert_eq!((stats.appends, stats.records), (640, 640));
    assert!(stats.syncs < 320, "{stats:?}");
    assert_eq!(store.accepted(made.id), Some(640));
}

#[tokio::test]
async fn appends_beyond_the_limits_are_refused_and_the_others_of_the_call_are_not() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let batch = |shard, records| ShardRecords { shard: ShardId(shard), records };
    let mut large = record("x");
    large.data = vec![0; limits::RECORD_BYTES_MAX].into();
    let batches = vec![
        batch(0, vec![]),
        batch(0, vec![large]),
        batch(0, records(&["a"])),
        batch(1, records(&["b"])),
        batch(0, vec![record("c"); limits::APPEND_RECORDS_MAX + 1]),
    ];
    let answers = store.append_many(made.id, batches, NOW).await;
    let answers: Vec<String> = answers
        .into_iter()
        .map(|answer| {
            answer.map_or_else(|error| error.to_string(), |appended| appended.first.counter.to_string())
        })
        .collect();
    assert_eq!(
        answers,
        [
            "an append to shardId-000000000000 carries no record",
            "the length of a record is 10486792, at most 10486784 fit an append",
            "1",
            "shardId-000000000001 does not exist in the stream with id 1",
            "the number of records is 10001, at most 10000 fit an append",
        ]
    );
    let unknown = store.append(99, SHARD, records(&["a"]), NOW).await;
    assert!(matches!(unknown, Err(AppendError::StreamNotFound { stream_id: 99 })));
    let unknown = store.read(made.id, ShardId(9), ReadFrom::TrimHorizon, PageLimits::default(), NOW).await;
    assert!(matches!(unknown, Err(ReadError::ShardNotFound { .. })));
}

#[tokio::test]
async fn the_largest_record_is_taken_and_read_back() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let mut large = record("");
    large.data = vec![7; limits::RECORD_BYTES_MAX - large.partition_key.len()].into();
    store.append(made.id, SHARD, vec![large.clone(), large.clone()], NOW).await.unwrap_err();
    store.append(made.id, SHARD, vec![large.clone()], NOW).await.unwrap();
    put(&store, &made, &["after"]).await;
    let page = store.read(made.id, SHARD, ReadFrom::TrimHorizon, PageLimits::default(), NOW).await.unwrap();
    assert_eq!(page.records.len(), 1);
    assert!(page.records[0].data == large.data);
    store.close().await;
    assert!(matches!(store.append(made.id, SHARD, records(&["a"]), NOW).await, Err(AppendError::Closed)));
    let store = open(dir.path(), Files).await;
    assert_eq!(store.accepted(made.id), Some(2));
}
