//! Where reading begins, goes on and ends.

use std::time::Duration;

use alluvium_kinesis_consumer::{Checkpoint, InitialPosition, ReaderOptions, ShardCheckpoint};

use crate::fake::{FakeKinesis, sequence_number, shard_id};
use crate::{drained, next_line, options, reader, rest};

fn checkpoint(shards: &[(u32, Option<u64>, bool)]) -> Checkpoint {
    let entry = |(shard, after, ended): &(u32, Option<u64>, bool)| {
        let after = after.map(|counter| sequence_number(*shard, counter));
        (shard_id(*shard), ShardCheckpoint { after, ended: *ended })
    };
    shards.iter().map(entry).collect()
}

#[tokio::test(start_paused = true)]
async fn a_reader_goes_on_after_its_checkpoint_and_skips_what_has_ended() {
    let fake = FakeKinesis::with_shards([0, 1]);
    fake.append(0, 3);
    fake.append(1, 3);
    fake.reshard(&[0], &[2]);
    fake.append(2, 1);
    let resumed =
        ReaderOptions { checkpoint: checkpoint(&[(0, Some(3), true), (1, Some(1), false)]), ..options() };
    let mut lines = drained(&fake, resumed).await;
    lines.sort();
    assert_eq!(lines, ["1 (1, 3] 2 3", "2 (-, 1] 1"]);
    let mut begun = fake.asked("GetShardIterator");
    begun.sort();
    assert_eq!(begun, ["1 AFTER_SEQUENCE_NUMBER 1", "2 TRIM_HORIZON"]);
}

#[tokio::test(start_paused = true)]
async fn whatever_the_cuts_resuming_gives_every_record_once() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 20);
    fake.page_records_max(3);
    let mut known = Checkpoint::new();
    let mut seen = Vec::new();
    while seen.len() < 20 {
        let resumed = ReaderOptions { checkpoint: known.clone(), batch_records_max: 2, ..options() };
        let mut reader = reader(&fake, resumed).await;
        // Every life of the reader stores one batch and loses what it had read ahead.
        let batch = reader.next().await.expect("there is more").expect("a batch");
        assert_eq!(batch.from_exclusive, known.get(&batch.shard_id).and_then(|shard| shard.after.clone()));
        seen.extend(batch.records.iter().map(|record| record.sequence_number.clone()));
        known.insert(batch.shard_id, ShardCheckpoint { after: batch.to_inclusive, ended: batch.shard_ended });
    }
    let all: Vec<_> = (1..=20).map(|counter| sequence_number(0, counter)).collect();
    assert_eq!(seen, all);
}

#[tokio::test(start_paused = true)]
async fn records_that_were_trimmed_are_reported_and_counted() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 9);
    fake.trim(0, 5);
    let resumed = ReaderOptions { checkpoint: checkpoint(&[(0, Some(2), false)]), ..options() };
    assert_eq!(drained(&fake, resumed.clone()).await, ["0 (2, 9] 6 7 8 9 lost 3 in (2, 6)"]);
    fake.refuse_trimmed();
    assert_eq!(drained(&fake, resumed).await, ["0 (2, 9] 6 7 8 9 lost 3 in (2, 6)"]);
    assert_eq!(drained(&fake, options()).await, ["0 (-, 9] 6 7 8 9"], "a first reading misses nothing");
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_of_a_shard_that_is_gone_is_reported_and_the_rest_is_read() {
    let fake = FakeKinesis::with_shards([0]);
    fake.reshard(&[0], &[1]);
    fake.append(1, 1);
    fake.remove(0);
    let resumed = ReaderOptions { checkpoint: checkpoint(&[(0, Some(7), false)]), ..options() };
    assert_eq!(drained(&fake, resumed).await, ["0 (7, -] ended lost unknown in (7, -)", "1 (-, 1] 1"]);
}

#[tokio::test(start_paused = true)]
async fn latest_and_a_time_begin_where_they_say() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 2);
    tokio::time::advance(Duration::from_secs(10)).await;
    let between = fake.clock().now_millis();
    fake.append(0, 1);
    tokio::time::advance(Duration::from_secs(10)).await;
    let at = |initial_position| ReaderOptions { initial_position, ..options() };
    assert_eq!(drained(&fake, at(InitialPosition::AtTimestamp(between))).await, ["0 (-, 3] 3"]);
    assert!(drained(&fake, at(InitialPosition::Latest)).await.is_empty());
    let future = fake.clock().now_millis() + 3_600_000 / 2;
    let mut reader = reader(&fake, at(InitialPosition::AtTimestamp(future))).await;
    let waiting = tokio::time::timeout(Duration::from_mins(10), reader.next()).await;
    assert!(waiting.is_err(), "a time in the future is waited for");
    tokio::time::advance(Duration::from_mins(20)).await;
    fake.append(0, 1);
    assert_eq!(next_line(&mut reader).await, "0 (-, 4] 4");
}

#[tokio::test(start_paused = true)]
async fn a_drain_takes_what_was_there_and_ends_though_more_keeps_coming() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 3);
    let mut reader = reader(&fake, options()).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, 3] 1 2 3");
    fake.append(0, 2);
    fake.keep_busy();
    reader.control().drain();
    let lines = rest(&mut reader).await;
    let all = lines.join(" ");
    assert!(all.contains(" 4 5 6"), "{all}");
    assert_eq!(reader.next().await.map(|_| ()), None, "the end stays the end");
}

#[tokio::test(start_paused = true)]
async fn a_drain_goes_through_the_children_of_a_closed_shard() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 1);
    let mut reader = reader(&fake, options()).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, 1] 1");
    fake.reshard(&[0], &[1, 2]);
    fake.append(2, 2);
    reader.control().drain();
    assert_eq!(rest(&mut reader).await, ["0 (1, -] ended", "2 (-, 2] 1 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_drain_wakes_a_shard_that_rests() {
    let fake = FakeKinesis::with_shards([0]);
    let mut slow = options();
    slow.pacing.idle_interval = Duration::from_hours(5);
    let mut reader = reader(&fake, slow).await;
    assert_eq!(next_line(&mut reader).await, "nothing");
    fake.append(0, 1);
    reader.control().drain();
    assert_eq!(next_line(&mut reader).await, "0 (-, 1] 1");
    assert_eq!(next_line(&mut reader).await, "end");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_at_once_and_wins_over_a_drain() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 5);
    let mut reader = reader(&fake, ReaderOptions { batch_records_max: 1, ..options() }).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, 1] 1");
    reader.control().stop();
    reader.control().drain();
    assert!(rest(&mut reader).await.is_empty());
}
