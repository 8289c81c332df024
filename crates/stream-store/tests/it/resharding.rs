//! Splits and merges: lineage, hash keys without a hole, ends that readers see.

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId};
use alluvium_stream_store::{AppendError, Files, Reshard, Store, Stream};
use tempfile::tempdir;

use crate::harness::{NOW, new_stream, open, records, shown};

fn range(starting: u128, ending: u128) -> HashKeyRange {
    HashKeyRange { starting: HashKey(starting), ending_inclusive: HashKey(ending) }
}

fn plan(parents: &[u32], children: &[HashKeyRange]) -> Reshard {
    Reshard {
        parents: parents.iter().copied().map(ShardId).collect(),
        children: children.to_vec(),
        active_at_millis: NOW + 1,
        now_millis: NOW,
    }
}

fn lineage(stream: &Stream) -> Vec<String> {
    let number = |id: Option<ShardId>| id.map_or_else(|| "-".to_owned(), |id| id.0.to_string());
    let shards = stream.shards.iter().map(|shard| {
        let end =
            shard.closed.map_or_else(|| "open".to_owned(), |end| format!("ends at {}", end.last_counter));
        format!("{} of {} {}: {end}", shard.id.0, number(shard.parent), number(shard.adjacent_parent))
    });
    shards.collect()
}

async fn split_and_merge(store: &Store) -> u64 {
    let id = store.create_stream(new_stream("s", 1)).await.unwrap().id;
    store.append(id, ShardId(0), records(&["a", "b"]), NOW).await.unwrap();
    let split = plan(&[0], &[range(0, 9), range(10, u128::MAX)]);
    store.reshard(id, split).await.unwrap();
    store.append(id, ShardId(2), records(&["c"]), NOW).await.unwrap();
    store.reshard(id, plan(&[1, 2], &[range(0, u128::MAX)])).await.unwrap();
    store.append(id, ShardId(3), records(&["d"]), NOW).await.unwrap();
    id
}

#[tokio::test]
async fn a_split_and_a_merge_leave_lineage_and_ends_that_survive_a_restart() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let id = split_and_merge(&store).await;
    let closed = store.append(id, ShardId(0), records(&["x"]), NOW).await;
    assert!(matches!(closed, Err(AppendError::ShardClosed { .. })));
    store.close().await;
    let store = open(dir.path(), Files).await;
    let found = store.stream_by_id(id).unwrap();
    assert_eq!(
        lineage(&found),
        ["0 of - -: ends at 2", "1 of 0 -: ends at 0", "2 of 0 -: ends at 1", "3 of 1 2: open"]
    );
    assert_eq!(found.shard_of(HashKey(5)).id, ShardId(3));
    assert_eq!(store.wait_past(id, ShardId(0), 2).await.unwrap().counter, 2);
    assert!(store.tip(id, ShardId(0)).unwrap().closed);
    for (shard, expected) in [(0, "1:a 2:b"), (1, ""), (2, "1:c"), (3, "1:d")] {
        assert_eq!(shown(&store, id, ShardId(shard), NOW).await, expected);
    }
    assert_eq!(store.accepted(id), Some(4));
    let closed = store.append(id, ShardId(0), records(&["x"]), NOW).await;
    assert!(matches!(closed, Err(AppendError::ShardClosed { .. })));
}

#[tokio::test]
async fn sequence_numbers_of_a_child_come_after_its_parents() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let id = split_and_merge(&store).await;
    let found = store.stream_by_id(id).unwrap();
    for shard in &found.shards {
        for parent in [shard.parent, shard.adjacent_parent].into_iter().flatten() {
            let parent_end = found.shard(parent).unwrap().ending_sequence_number().unwrap();
            assert!(parent_end < shard.starting_sequence_number());
        }
    }
}

#[tokio::test]
async fn a_reshard_that_would_leave_a_hole_is_refused() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let id = split_and_merge(&store).await;
    for (bad, reason) in [
        (plan(&[3], &[range(0, 9)]), "the children do not take the hash keys 0 to"),
        (plan(&[3], &[range(0, 9), range(11, u128::MAX)]), "the hash keys of the children are not adjacent"),
        (plan(&[3], &[range(0, 9), range(9, u128::MAX)]), "the hash keys of the children are not adjacent"),
        (plan(&[3, 3], &[range(0, u128::MAX)]), "the hash keys of the parents are not adjacent"),
        (plan(&[0], &[range(0, 9), range(10, u128::MAX)]), "shardId-000000000000 is closed"),
        (plan(&[7], &[range(0, 9), range(10, u128::MAX)]), "shardId-000000000007 does not exist"),
        (plan(&[], &[range(0, u128::MAX)]), "0 parents and 1 children"),
    ] {
        let refused = store.reshard(id, bad).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{refused}");
    }
    assert_eq!(store.stream_by_id(id).unwrap().shards.len(), 4);
}
