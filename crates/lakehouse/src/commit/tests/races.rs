//! Several workers on one table.

use super::{CommitError, advance, ids, memory, open, positions, put, rows};
use crate::commit::StreamIdentity;

#[tokio::test]
async fn a_zombies_commit_is_refused_and_the_winner_named() {
    let log_store = memory();
    let (mut zombie, mut heir) = (open(&log_store, "host-a").await, open(&log_store, "host-b").await);
    put(&mut heir, "s0", 0, 3).await.expect("first");
    let error = put(&mut zombie, "s0", 0, 2).await.expect_err("the shard is taken");
    let CommitError::Fenced { shard_id, winner, .. } = &error else { panic!("{error}") };
    assert_eq!((shard_id.as_str(), winner.worker.as_deref(), winner.version), ("s0", Some("host-b"), 1));
    assert!(!error.is_transient());
    put(&mut heir, "s0", 3, 4).await.expect("the winner goes on");
    assert_eq!((ids(&log_store).await, positions(&log_store).await), (vec![1, 2, 3, 4], "s0@4/2".into()));
}

#[tokio::test]
async fn a_commit_over_several_shards_is_refused_if_one_of_them_is_taken() {
    let log_store = memory();
    let (mut loser, mut winner) = (open(&log_store, "host-a").await, open(&log_store, "host-b").await);
    put(&mut winner, "s1", 0, 1).await.expect("first");
    let both = [advance("s0", 0, 9), advance("s1", 0, 1)];
    let error = loser.commit(rows([9, 1]), &both).await.expect_err("s1 is taken");
    assert!(error.to_string().contains("shard s1"), "{error}");
    assert_eq!((ids(&log_store).await, positions(&log_store).await), (vec![1], "s1@1/1".into()));
}

#[tokio::test]
async fn another_shards_commit_from_the_same_snapshot_is_rebased() {
    let log_store = memory();
    let (mut one, mut other) = (open(&log_store, "host-a").await, open(&log_store, "host-b").await);
    put(&mut one, "s0", 0, 2).await.expect("s0");
    let rebased = put(&mut other, "s1", 0, 1).await.expect("s1 from the snapshot before");
    assert_eq!(rebased.version, 2);
    put(&mut one, "s0", 2, 3).await.expect("s0 from a snapshot before s1");
    assert_eq!(positions(&log_store).await, "s0@3/2 s1@1/1");
    assert_eq!(ids(&log_store).await, [1, 1, 2, 3]);
}

#[tokio::test]
async fn a_batch_that_does_not_follow_on_the_table_is_refused() {
    let log_store = memory();
    let mut table = open(&log_store, "worker").await;
    put(&mut table, "s0", 0, 5).await.expect("first");
    for (from, to) in [(0, 5), (4, 6), (6, 7), (5, 5)] {
        let error = put(&mut table, "s0", from, to).await.expect_err("a gap or an overlap");
        assert!(matches!(error, CommitError::NotContiguous { .. }), "({from}, {to}]: {error}");
    }
    assert_eq!(ids(&log_store).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_stream_made_again_under_the_name_is_refused() {
    let log_store = memory();
    let stream = |created_millis| StreamIdentity { name: "streaming-pin".into(), created_millis };
    let (mut one, mut other) = (open(&log_store, "host-a").await, open(&log_store, "host-b").await);
    one.begin(&stream(1_700_000_000_001), 5).await.expect("first");
    other.begin(&stream(1_700_000_000_001), 6).await.expect("the same stream, begun by another worker");
    assert_eq!(other.started_millis(), Some(5), "the first start counts");
    put(&mut other, "s0", 0, 1).await.expect("both may commit");
    let error = open(&log_store, "host-c").await.begin(&stream(1_700_000_009_000), 7).await;
    let said = error.expect_err("another stream").to_string();
    assert!(said.contains("created at 1700000000001 ms") && said.contains("1700000009000 ms"), "{said}");
}
