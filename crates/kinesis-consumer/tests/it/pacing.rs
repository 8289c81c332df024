//! How often shards are asked, and how much is read ahead.

use std::time::Duration;

use alluvium_kinesis_consumer::{Pacing, ReaderOptions};

use crate::fake::FakeKinesis;
use crate::{drained, line, next_line, options, reader};

#[tokio::test(start_paused = true)]
async fn at_amazon_a_shard_with_a_backlog_is_read_less_than_five_times_a_second() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 40);
    fake.page_records_max(1);
    let lines = drained(&fake, ReaderOptions { pacing: Pacing::AWS, ..options() }).await;
    assert_eq!(lines.len(), 40);
    let reads = fake.asked_at("GetRecords");
    for window in reads.windows(5) {
        assert!(window[4] >= window[0] + Duration::from_secs(1), "{window:?}");
    }
    assert!(reads[reads.len() - 1] < Duration::from_secs(11), "{:?}", reads.last());
}

#[tokio::test(start_paused = true)]
async fn a_shard_with_nothing_new_is_asked_less_and_less_down_to_the_idle_interval() {
    for (pacing, asked_in_a_minute) in [(Pacing::AWS, 60..=63), (Pacing::EMBEDDED, 290..=305)] {
        let fake = FakeKinesis::with_shards([0]);
        let mut reader = reader(&fake, ReaderOptions { pacing, ..options() }).await;
        let waiting = tokio::time::timeout(Duration::from_mins(1), reader.next()).await;
        assert!(waiting.is_err(), "there is nothing to read");
        let asked = fake.asked("GetRecords").len();
        assert!(asked_in_a_minute.contains(&asked), "{pacing:?}: {asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_while_it_waits_loses_nothing() {
    let fake = FakeKinesis::with_shards([0]);
    let mut reader = reader(&fake, options()).await;
    for count in 1..=20_u64 {
        let waiting = tokio::time::timeout(Duration::from_millis(7), reader.next()).await;
        assert!(waiting.is_err(), "there is nothing to read");
        fake.append(0, 1);
        assert_eq!(
            next_line(&mut reader).await,
            match count {
                1 => "0 (-, 1] 1".to_owned(),
                _ => format!("0 ({}, {count}] {count}", count - 1),
            }
        );
    }
}

#[tokio::test(start_paused = true)]
async fn batches_are_bounded_by_records_and_by_bytes() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 5);
    let by_records = ReaderOptions { batch_records_max: 2, ..options() };
    assert_eq!(drained(&fake, by_records).await, ["0 (-, 2] 1 2", "0 (2, 4] 3 4", "0 (4, 5] 5"]);
    // Data such as `0:1` and a key such as `key-1` are eight bytes.
    let by_bytes = ReaderOptions { batch_bytes_max: 24, ..options() };
    assert_eq!(drained(&fake, by_bytes).await, ["0 (-, 3] 1 2 3", "0 (3, 5] 4 5"]);
}

#[tokio::test(start_paused = true)]
async fn reading_waits_while_the_bytes_in_flight_are_held_and_goes_on_when_they_are_given_back() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 100);
    fake.page_records_max(1);
    let tight = ReaderOptions { bytes_in_flight_max: 16, ..options() };
    let mut reader = reader(&fake, tight).await;
    let first = reader.next().await.expect("a batch").expect("a batch");
    let second = reader.next().await.expect("a batch").expect("a batch");
    assert_eq!(next_line(&mut reader).await, "nothing");
    let asked = fake.asked("GetRecords").len();
    assert_eq!(asked, 3, "the third page waits, and nobody asks for a fourth");
    assert_eq!((line(&first), line(&second)), ("0 (-, 1] 1".into(), "0 (1, 2] 2".into()));
    drop(first);
    assert_eq!(next_line(&mut reader).await, "0 (2, 3] 3");
}

#[tokio::test(start_paused = true)]
async fn a_record_larger_than_the_bytes_in_flight_comes_through_alone() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 2);
    let tight = ReaderOptions { bytes_in_flight_max: 1, batch_bytes_max: 1, ..options() };
    assert_eq!(drained(&fake, tight).await, ["0 (-, 1] 1", "0 (1, 2] 2"]);
}

#[tokio::test(start_paused = true)]
async fn many_shards_share_few_bytes_in_flight_and_all_come_through() {
    let fake = FakeKinesis::with_shards(0..20);
    for shard in 0..20 {
        fake.append(shard, 3);
    }
    fake.page_records_max(1);
    let lines = drained(&fake, ReaderOptions { bytes_in_flight_max: 8, ..options() }).await;
    assert_eq!(lines.len(), 60);
}
