//! What the control plane keeps in the catalog: settings, tags, policies, consumers, DELETING, the account, purge, and shards
//! that are forgotten. Each survives a restart.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId};
use alluvium_stream_store::{
    CatalogError, ConsumerChange, ConsumerStatus, FaultyDisk, NewConsumer, RecordDistribution, Reshard,
    ShardMetric, Store, Stream, StreamChange, StreamSettings, StreamStatus, Tags,
};

use crate::harness::{HOUR, NOW, SHARD, new_stream, open, put, records, shown, stream};

const DIR: &str = "/data";

async fn start() -> (FaultyDisk, Store, Arc<Stream>) {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    (disk, store, made)
}

/// What the power leaves when it goes now.
async fn reopened(disk: &FaultyDisk) -> Store {
    open(Path::new(DIR), disk.after_power_loss(7)).await
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn consumer(name: &str, now_millis: i64) -> NewConsumer {
    NewConsumer {
        name: name.into(),
        tags: tags(&[("of", name)]),
        active_at_millis: now_millis + 500,
        now_millis,
        consumers_max: 3,
    }
}

#[tokio::test]
async fn settings_tags_and_policies_are_durable_when_a_change_returns() {
    let (disk, store, made) = start().await;
    let settings = StreamSettings {
        record_kib_max: 10_240,
        warm_throughput_mib: Some(200),
        record_distribution: RecordDistribution::Auto,
        encryption_key_id: Some("alias/aws/kinesis".into()),
        shard_metrics: BTreeSet::from([ShardMetric::IncomingBytes, ShardMetric::IteratorAgeMilliseconds]),
    };
    let change = StreamChange {
        settings: Some(settings.clone()),
        tags: Some(tags(&[("a", "1"), ("b", "")])),
        policy: Some(Some("{}".into())),
        ..StreamChange::default()
    };
    store.update_stream(made.id, change).await.unwrap();
    let found = reopened(&disk).await.stream(&made.name).unwrap();
    assert_eq!(*found.settings, settings);
    assert_eq!(*found.tags, tags(&[("a", "1"), ("b", "")]));
    assert_eq!(found.policy.as_deref(), Some("{}"));
    assert_eq!(found.settling, StreamStatus::Creating, "a change without a time leaves the status as it is");

    let fewer =
        StreamChange { tags: Some(tags(&[("b", "2")])), policy: Some(None), ..StreamChange::default() };
    store.update_stream(made.id, fewer).await.unwrap();
    let found = reopened(&disk).await.stream(&made.name).unwrap();
    assert_eq!((&*found.tags, &found.policy), (&tags(&[("b", "2")]), &None));

    let too_large = StreamSettings { record_kib_max: 10_241, ..settings };
    let change = StreamChange { settings: Some(too_large), ..StreamChange::default() };
    let refused = store.update_stream(made.id, change).await.unwrap_err();
    assert_eq!(refused.to_string(), "largest record in KiB is 10241, it must be between 1024 and 10240");
}

#[tokio::test]
async fn a_new_stream_has_its_settings_and_tags_at_once() {
    let (disk, store, _) = start().await;
    let mut new = new_stream("t", 2);
    new.settings.record_kib_max = 2048;
    new.tags = tags(&[("k", "v")]);
    store.create_stream(new).await.unwrap();
    let found = reopened(&disk).await.streams().pop().unwrap();
    assert_eq!((found.settings.record_kib_max, found.tags.get("k").map(String::as_str)), (2048, Some("v")));
}

/// A plan that refuses changes nothing; one that agrees sees what the one before it did.
#[tokio::test]
async fn a_planned_change_is_one_step_with_its_check() {
    let (_, store, made) = start().await;
    let add = |key: usize| {
        move |stream: &Stream| {
            let mut tags = (*stream.tags).clone();
            tags.insert(key.to_string(), String::new());
            if tags.len() > 5 {
                return Err(tags.len());
            }
            Ok(StreamChange { tags: Some(tags), ..StreamChange::default() })
        }
    };
    let id = made.id;
    let calls: Vec<_> = (0..9)
        .map(|key| {
            let store = store.clone();
            tokio::spawn(async move { store.change_stream(id, add(key)).await.unwrap().is_ok() })
        })
        .collect();
    let mut agreed = 0;
    for call in calls {
        agreed += usize::from(call.await.unwrap());
    }
    assert_eq!((agreed, store.stream_by_id(made.id).unwrap().tags.len()), (5, 5));
}

#[tokio::test]
async fn a_stream_id_finds_its_stream_and_is_never_used_again() {
    let (disk, store, made) = start().await;
    assert_eq!(store.stream_by_stream_id(&made.stream_id).as_ref(), Some(&made));
    let again = reopened(&disk).await;
    assert_eq!(again.stream_by_stream_id(&made.stream_id).unwrap().id, made.id);
    store.delete_stream(made.id).await.unwrap();
    assert!(store.stream_by_stream_id(&made.stream_id).is_none());
    assert_ne!(stream(&store, "s").await.stream_id, made.stream_id);
}

#[tokio::test]
async fn a_deleting_stream_is_there_until_its_time_and_then_gone_for_good() {
    let (disk, store, made) = start().await;
    put(&store, &made, &["a"]).await;
    let deleting = store.delete_stream_at(made.id, NOW + 1000).await.unwrap();
    assert_eq!(deleting.status(NOW), StreamStatus::Deleting);
    assert_eq!((deleting.is_gone(NOW + 999), deleting.is_gone(NOW + 1000)), (false, true));
    let found = reopened(&disk).await.stream(&made.name).unwrap();
    assert_eq!(found.gone_at_millis, Some(NOW + 1000));
    store.sweep(NOW + 999).await.unwrap();
    let taken = store.create_stream(new_stream("s", 1)).await.unwrap_err();
    assert!(matches!(taken, CatalogError::StreamExists { .. }));
    store.sweep(NOW + 1000).await.unwrap();
    assert!(store.streams().is_empty());
    assert!(reopened(&disk).await.streams().is_empty());
}

#[tokio::test]
async fn a_new_stream_takes_the_place_of_one_that_is_gone() {
    let (disk, store, made) = start().await;
    put(&store, &made, &["a"]).await;
    store.delete_stream_at(made.id, NOW).await.unwrap();
    let again = stream(&store, "s").await;
    assert!(again.shards[0].birth_secs > made.shards[0].birth_secs);
    assert_eq!(store.streams().len(), 1);
    let found = reopened(&disk).await.streams();
    assert_eq!(found.iter().map(|stream| stream.id).collect::<Vec<_>>(), [again.id]);
    assert!(store.tip(made.id, SHARD).is_err());
}

#[tokio::test]
async fn consumers_come_and_go_and_no_two_of_one_name_share_a_second() {
    let (disk, store, made) = start().await;
    let first = store.register_consumer(made.id, consumer("c", NOW)).await.unwrap();
    assert_eq!(
        (first.status(NOW), first.status(NOW + 500)),
        (Some(ConsumerStatus::Creating), Some(ConsumerStatus::Active))
    );
    let taken = store.register_consumer(made.id, consumer("c", NOW)).await.unwrap_err();
    assert_eq!(taken.to_string(), format!("consumer c of the stream with id {} already exists", made.id));
    let policy = ConsumerChange { policy: Some(Some("{}".into())), ..ConsumerChange::default() };
    store.change_consumer(made.id, "c", policy).await.unwrap();
    let found = reopened(&disk).await.stream(&made.name).unwrap();
    let found = found.consumer("c", NOW).unwrap();
    assert_eq!((found.policy.as_deref(), &found.tags), (Some("{}"), &tags(&[("of", "c")])));

    let gone = ConsumerChange { gone_at_millis: Some(NOW + 10), ..ConsumerChange::default() };
    let deleting = store.change_consumer(made.id, "c", gone).await.unwrap();
    assert_eq!((deleting.status(NOW + 9), deleting.status(NOW + 10)), (Some(ConsumerStatus::Deleting), None));
    store.sweep(NOW + 10).await.unwrap();
    let again = store.register_consumer(made.id, consumer("c", NOW + 10)).await.unwrap();
    assert_eq!(again.created_millis, NOW + 1000, "the next whole second");
    assert!(again.policy.is_none());

    store.register_consumer(made.id, consumer("d", NOW + 20)).await.unwrap();
    store.register_consumer(made.id, consumer("e", NOW + 20)).await.unwrap();
    let full = store.register_consumer(made.id, consumer("f", NOW + 20)).await.unwrap_err();
    assert_eq!(full.to_string(), "number of consumers is 4, it must be between 0 and 3");
    let gone = ConsumerChange { gone_at_millis: Some(NOW + 30), ..ConsumerChange::default() };
    store.change_consumer(made.id, "d", gone).await.unwrap();
    store.sweep(NOW + 2000).await.unwrap();
    let names: Vec<String> =
        reopened(&disk).await.stream(&made.name).unwrap().consumers.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["c", "e"]);
    let missing = store.change_consumer(made.id, "d", ConsumerChange::default()).await.unwrap_err();
    assert!(matches!(missing, CatalogError::ConsumerNotFound { .. }));
}

#[tokio::test]
async fn settings_of_the_account_are_kept() {
    let (disk, store, _) = start().await;
    store.put_account_setting("a", Some("1".to_owned())).await.unwrap();
    store.put_account_setting("b", Some("2".to_owned())).await.unwrap();
    store.put_account_setting("a", None).await.unwrap();
    let found = reopened(&disk).await;
    assert_eq!((found.account_setting("a"), found.account_setting("b")), (None, Some("2".to_owned())));
}

#[tokio::test]
async fn a_purge_takes_all_records_and_nothing_else() {
    let (disk, store, made) = start().await;
    let other = stream(&store, "other").await;
    put(&store, &made, &["a", "b"]).await;
    put(&store, &other, &["z"]).await;
    assert_eq!(store.purge(made.id).await.unwrap(), 2);
    assert_eq!(store.purge(made.id).await.unwrap(), 0);
    for found in [store.clone(), reopened(&disk).await] {
        assert_eq!(shown(&found, made.id, SHARD, NOW).await, "");
        assert_eq!(shown(&found, other.id, SHARD, NOW).await, "1:z");
        assert_eq!(found.tip(made.id, SHARD).unwrap().counter, 2);
        let appended = found.append(made.id, SHARD, records(&["c"]), NOW).await.unwrap();
        assert_eq!(appended.first.counter, 3);
        assert_eq!(shown(&found, made.id, SHARD, NOW).await, "3:c");
        assert_eq!(found.accepted(made.id), Some(3));
    }
    store.purge(other.id).await.unwrap();
    store.purge(made.id).await.unwrap();
    assert_eq!(store.sweep(NOW).await.unwrap().segments, 1, "the space comes back");
}

fn halves() -> Vec<HashKeyRange> {
    let half = u128::MAX / 2;
    let range =
        |starting, ending| HashKeyRange { starting: HashKey(starting), ending_inclusive: HashKey(ending) };
    vec![range(0, half), range(half + 1, u128::MAX)]
}

fn reshard_at(parents: &[u32], children: Vec<HashKeyRange>, now_millis: i64) -> Reshard {
    let parents = parents.iter().copied().map(ShardId).collect();
    Reshard { parents, children, active_at_millis: now_millis, now_millis }
}

#[tokio::test]
async fn a_closed_shard_is_forgotten_with_its_last_record_and_its_id_never_used_again() {
    let (disk, store, made) = start().await;
    put(&store, &made, &["a", "b"]).await;
    store.reshard(made.id, reshard_at(&[0], halves(), NOW)).await.unwrap();
    store.append(made.id, ShardId(2), records(&["c"]), NOW).await.unwrap();
    store.sweep(NOW + 24 * HOUR).await.unwrap();
    assert_eq!(store.stream_by_id(made.id).unwrap().shards.len(), 3, "its records are still kept");
    store.sweep(NOW + 24 * HOUR + 1).await.unwrap();
    for found in [store.clone(), reopened(&disk).await] {
        let stream = found.stream_by_id(made.id).unwrap();
        assert_eq!(stream.shards.iter().map(|shard| shard.id.0).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(stream.shard_of(HashKey(u128::MAX)).id, ShardId(2));
        assert_eq!(found.accepted(made.id), Some(3));
        let whole = vec![HashKeyRange { starting: HashKey(0), ending_inclusive: HashKey(u128::MAX) }];
        let merged = found.reshard(made.id, reshard_at(&[1, 2], whole, NOW + 25 * HOUR)).await.unwrap();
        assert_eq!(merged.open_shards().map(|shard| shard.id.0).collect::<Vec<_>>(), [3]);
    }
}

#[tokio::test]
async fn reshards_in_several_steps_are_all_done_or_none() {
    let (disk, store, made) = start().await;
    let whole = vec![HashKeyRange { starting: HashKey(0), ending_inclusive: HashKey(u128::MAX) }];
    let steps = vec![reshard_at(&[0], halves(), NOW), reshard_at(&[1, 2], whole, NOW)];
    let bad = [steps.clone(), vec![reshard_at(&[1], halves(), NOW)]].concat();
    assert!(matches!(store.reshard_all(made.id, bad).await, Err(CatalogError::BadReshard { .. })));
    assert_eq!(store.stream_by_id(made.id).unwrap().shards.len(), 1);
    store.reshard_all(made.id, steps).await.unwrap();
    let found = reopened(&disk).await;
    let stream = found.stream_by_id(made.id).unwrap();
    assert_eq!(stream.shards.len(), 4);
    assert_eq!(stream.shard_of(HashKey(9)).id, ShardId(3));
    assert!(stream.shards[1].birth_secs > stream.shards[0].birth_secs);
    assert!(stream.shards[3].birth_secs > stream.shards[1].birth_secs);
    assert!(found.tip(made.id, ShardId(1)).unwrap().closed);
    found.append(made.id, ShardId(3), records(&["x"]), NOW).await.unwrap();
}

/// A change of retention has two steps, the catalog and the shards. Whoever asked for it may stop waiting between them.
#[tokio::test]
async fn a_retention_reaches_the_shards_when_its_caller_has_gone_away() {
    let (disk, store, made) = start().await;
    let change = StreamChange { retention_hours: Some(48), now_millis: NOW, ..StreamChange::default() };
    let mut changing = Box::pin(store.update_stream(made.id, change));
    assert!(poll_once(&mut changing).await.is_none(), "it is done on another thread");
    drop(changing);
    while store.stream_by_id(made.id).unwrap().retention_hours != 48 {
        tokio::task::yield_now().await;
    }
    // Records of a longer retention go to segments of another class.
    let is_week = |path: &std::path::PathBuf| path.to_string_lossy().contains("week-");
    let mut appends = 0;
    while !disk.paths().iter().any(is_week) {
        appends += 1;
        assert!(appends < 100_000, "the shards still keep records for a day");
        put(&store, &made, &["x"]).await;
    }
}

/// Lets a future go on once; `None` when it is not done then.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}
