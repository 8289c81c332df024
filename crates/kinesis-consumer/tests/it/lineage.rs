//! Shards in their turn.

use alluvium_kinesis_consumer::{InitialPosition, ReaderOptions};

use crate::fake::FakeKinesis;
use crate::{drained, next_line, options, reader};

#[tokio::test(start_paused = true)]
async fn parents_are_drained_before_their_children_are_asked() {
    let fake = FakeKinesis::with_shards([0]);
    fake.page_records_max(2);
    fake.append(0, 3);
    fake.reshard(&[0], &[1, 2]);
    fake.append(1, 1);
    fake.append(2, 1);
    fake.reshard(&[1, 2], &[3]);
    fake.append(3, 1);
    let lines = drained(&fake, options()).await;
    assert_eq!(lines[..2], ["0 (-, 2] 1 2", "0 (2, 3] 3 ended"]);
    let mut middle = lines[2..4].to_vec();
    middle.sort();
    assert_eq!(middle, ["1 (-, 1] 1 ended", "2 (-, 1] 1 ended"]);
    assert_eq!(lines[4..], ["3 (-, 1] 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_ends_without_a_record_says_so_in_an_empty_batch() {
    let fake = FakeKinesis::with_shards([0]);
    fake.reshard(&[0], &[1]);
    fake.append(1, 1);
    assert_eq!(drained(&fake, options()).await, ["0 (-, -] ended", "1 (-, 1] 1"]);
}

#[tokio::test(start_paused = true)]
async fn children_of_a_reshard_under_way_are_read_from_their_first_record_even_from_latest() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 2);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let latest = ReaderOptions { initial_position: InitialPosition::Latest, ..options() };
    let mut reader = reader(&fake, latest).await;
    fake.append(0, 1);
    assert_eq!(next_line(&mut reader).await, "0 (-, 3] 3");
    fake.reshard(&[0], &[1, 2]);
    fake.append(1, 2);
    assert_eq!(next_line(&mut reader).await, "0 (3, -] ended");
    assert_eq!(next_line(&mut reader).await, "1 (-, 2] 1 2");
    let mut begun = fake.asked("GetShardIterator");
    begun.sort();
    assert_eq!(begun, ["0 AT_TIMESTAMP", "1 TRIM_HORIZON", "2 TRIM_HORIZON"]);
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_retention_removed_stops_nobody() {
    let fake = FakeKinesis::with_shards([0]);
    fake.reshard(&[0], &[1]);
    fake.append(1, 2);
    fake.remove(0);
    assert_eq!(drained(&fake, options()).await, ["1 (-, 2] 1 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_removed_while_it_is_read_ends_with_a_loss() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 2);
    let mut reader = reader(&fake, options()).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, 2] 1 2");
    fake.reshard(&[0], &[1]);
    fake.remove(0);
    fake.append(1, 1);
    assert_eq!(next_line(&mut reader).await, "0 (2, -] ended lost unknown in (2, -)");
    assert_eq!(next_line(&mut reader).await, "1 (-, 1] 1");
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_shards_have_all_ended_is_an_error() {
    let fake = FakeKinesis::with_shards([0]);
    fake.reshard(&[0], &[]);
    let mut reader = reader(&fake, options()).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, -] ended");
    assert_eq!(
        next_line(&mut reader).await,
        "stream pins has no open shard: all are closed and none follows"
    );
    assert_eq!(next_line(&mut reader).await, "end");
}
