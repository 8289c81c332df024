//! What goes wrong on the way, and what the reader makes of it.

use alluvium_kinesis_consumer::{InitialPosition, ReaderOptions};

use crate::fake::FakeKinesis;
use crate::{drained, next_line, options, reader, refused};

#[tokio::test(start_paused = true)]
async fn an_expired_iterator_is_renewed_after_the_last_record_and_nothing_comes_twice() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 4);
    fake.page_records_max(2);
    fake.fail("GetRecords", 1, 1, 400, "ExpiredIteratorException");
    assert_eq!(drained(&fake, options()).await, ["0 (-, 2] 1 2", "0 (2, 4] 3 4"]);
    assert_eq!(fake.asked("GetShardIterator"), ["0 TRIM_HORIZON", "0 AFTER_SEQUENCE_NUMBER 2"]);
}

#[tokio::test(start_paused = true)]
async fn an_iterator_that_expires_before_the_first_record_keeps_the_time_of_the_start() {
    let fake = FakeKinesis::with_shards([0]);
    let latest = ReaderOptions { initial_position: InitialPosition::Latest, ..options() };
    let mut reader = reader(&fake, latest).await;
    fake.fail("GetRecords", 3, 1, 400, "ExpiredIteratorException");
    assert_eq!(next_line(&mut reader).await, "nothing");
    fake.fail("GetRecords", 0, 1, 400, "ExpiredIteratorException");
    fake.append(0, 1);
    assert_eq!(next_line(&mut reader).await, "0 (-, 1] 1");
    assert_eq!(fake.asked("GetShardIterator"), ["0 AT_TIMESTAMP", "0 AT_TIMESTAMP", "0 AT_TIMESTAMP"]);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_however_long_it_lasts() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 1);
    fake.fail("GetRecords", 0, 100, 400, "ProvisionedThroughputExceededException");
    fake.fail("GetShardIterator", 0, 3, 400, "ProvisionedThroughputExceededException");
    fake.fail("ListShards", 0, 3, 400, "LimitExceededException");
    assert_eq!(drained(&fake, options()).await, ["0 (-, 1] 1"]);
    assert_eq!(fake.asked("GetRecords ProvisionedThroughputExceededException").len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_servers_own_fault_is_waited_out_for_a_while_and_then_reported() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 1);
    fake.fail("GetRecords", 0, 10, 500, "InternalFailure");
    assert_eq!(drained(&fake, options()).await, ["0 (-, 1] 1"]);
    fake.fail("GetRecords", 0, 15, 503, "ServiceUnavailable");
    assert_eq!(
        drained(&fake, options()).await,
        [
            "GetRecords on shardId-000000000000 failed 15 times in a row, last: ServiceUnavailable: as the test says"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_reported_at_once() {
    let fake = FakeKinesis::with_shards([0]);
    fake.fail("GetRecords", 0, 1, 400, "AccessDeniedException");
    assert_eq!(
        drained(&fake, options()).await,
        ["GetRecords on shardId-000000000000 is refused: AccessDeniedException: as the test says"]
    );
}

#[tokio::test(start_paused = true)]
async fn empty_pages_before_the_records_are_passed_through() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 2);
    fake.empty_pages(0, 5);
    assert_eq!(drained(&fake, options()).await, ["0 (-, 2] 1 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_created_again_is_refused_at_the_start() {
    let fake = FakeKinesis::with_shards([0]);
    let created_millis = reader(&fake, options()).await.identity().created_millis;
    assert_eq!(created_millis, 1_767_000_000_500);
    let resumed = ReaderOptions { created_millis: Some(created_millis), ..options() };
    reader(&fake, resumed.clone()).await;
    fake.recreate();
    assert_eq!(
        refused(&fake, resumed).await.to_string(),
        "stream pins was created at 1767000001500 ms since 1970, and the one that was read before at 1767000000500 ms: it was \
         deleted and created again, so the old positions mean nothing; start again without a checkpoint"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_created_again_while_it_is_read_is_noticed_before_another_record_is_taken() {
    for code in ["ExpiredIteratorException", "ResourceNotFoundException"] {
        let fake = FakeKinesis::with_shards([0]);
        fake.append(0, 2);
        let mut reader = reader(&fake, options()).await;
        assert_eq!(next_line(&mut reader).await, "0 (-, 2] 1 2");
        fake.recreate();
        fake.append(0, 1);
        fake.fail("GetRecords", 0, 1, 400, code);
        let last = next_line(&mut reader).await;
        assert!(last.starts_with("stream pins was created at 1767000001500 ms"), "{code}: {last}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_exist_is_named() {
    let fake = FakeKinesis::with_shards([0]);
    fake.fail("DescribeStreamSummary", 0, 1, 400, "ResourceNotFoundException");
    assert_eq!(
        refused(&fake, options()).await.to_string(),
        "stream pins cannot be read: ResourceNotFoundException: as the test says"
    );
    fake.status("DELETING");
    assert_eq!(
        refused(&fake, options()).await.to_string(),
        "stream pins cannot be read: the stream is being deleted"
    );
}
