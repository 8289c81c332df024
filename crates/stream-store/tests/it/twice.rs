//! A crash of the process, a restart, and then a loss of power: what the restarted store has shown to readers or acknowledged
//! stays. The first crash may have left what was written and not synced, or what a failed sync has dropped, and the restart
//! must not take either for durable.

use std::collections::BTreeMap;

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{Fault, FaultyDisk, OpenError, Store, StoreOptions};
use rand::{SeedableRng, rngs::StdRng};

use crate::harness::{NOW, read_all, records, show};
use crate::model::{Model, run};

async fn open(disk: &FaultyDisk) -> Result<Store, OpenError> {
    let options = StoreOptions { segment_bytes_max: 4096, ..StoreOptions::new("/data") };
    Store::open(options, disk.clone()).await
}

/// All records by stream and shard.
async fn all(store: &Store) -> BTreeMap<(u64, ShardId), Vec<String>> {
    let mut all = BTreeMap::new();
    for stream in store.streams() {
        for shard in &stream.shards {
            let there = read_all(store, stream.id, shard.id, NOW).await;
            all.insert((stream.id, shard.id), there.iter().map(show).collect());
        }
    }
    all
}

/// Runs the history of `seed` until `fault`; returns how many operations on the disk it had.
async fn history(seed: u64, fault: Option<(u64, Fault)>) -> u64 {
    let context = format!("seed {seed}, {fault:?}");
    let disk = FaultyDisk::new();
    if let Some((operation, fault)) = fault {
        disk.fail_at(operation, fault);
    }
    let mut running = None;
    if let Ok(store) = open(&disk).await {
        run(&store, &mut Model::at(NOW), &mut StdRng::seed_from_u64(seed)).await;
        running = Some(store);
    }
    let operations = disk.operations();
    let killed = disk.after_kill();
    drop(running);

    let store = open(&killed).await.unwrap_or_else(|error| panic!("{context}, killed: {error}"));
    for stream in store.streams() {
        for shard in stream.open_shards() {
            store.append(stream.id, shard.id, records(&["between"]), NOW).await.unwrap();
        }
    }
    let shown = all(&store).await;
    let dark = killed.after_power_loss(seed ^ operations);
    drop(store);

    let store = open(&dark).await.unwrap_or_else(|error| panic!("{context}, then without power: {error}"));
    assert_eq!(all(&store).await, shown, "{context}");
    store.close().await;
    operations
}

#[tokio::test]
async fn what_a_restarted_store_has_shown_survives_a_loss_of_power() {
    for seed in 40..46 {
        let operations = history(seed, None).await;
        for operation in 0..operations {
            // A power loss that the disk survives is a process that ends there.
            for fault in [Fault::PowerLoss, Fault::Error] {
                history(seed, Some((operation, fault))).await;
            }
        }
    }
}
