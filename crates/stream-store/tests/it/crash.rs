//! Crash at every operation on the disk, reopen, and compare with a model of what was promised.
//!
//! A history is a seeded sequence of calls. It runs once to count its operations on the disk, then once for each of them
//! with a fault there. What is found after it must hold every acknowledged record in order, may hold the records of the
//! call that was under way, and nothing else.

use std::ops::Range;

use alluvium_stream_store::{Durability, Fault, FaultyDisk, OpenError, Store, StoreOptions};
use rand::{SeedableRng, rngs::StdRng};

use crate::harness::NOW;
use crate::model::{Model, compare, run};

/// What became of the disk when the history ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Killed,
    PowerLost,
}

async fn open(disk: &FaultyDisk, durability: Durability) -> Result<Store, OpenError> {
    let options = StoreOptions { segment_bytes_max: 4096, durability, ..StoreOptions::new("/data") };
    Store::open(options, disk.clone()).await
}

/// Runs the history of `seed`, with `fault` at one of its operations; returns how many operations there were.
async fn history(seed: u64, durability: Durability, fault: Option<(u64, Fault)>, end: End) -> u64 {
    let context = format!("seed {seed}, {durability:?}, {fault:?}, {end:?}");
    let disk = FaultyDisk::new();
    let mut model = Model::at(NOW);
    if let Some((operation, fault)) = fault {
        disk.fail_at(operation, fault);
    }
    let mut running = None;
    if let Ok(store) = open(&disk, durability).await {
        run(&store, &mut model, &mut StdRng::seed_from_u64(seed)).await;
        running = Some(store);
    }
    let operations = disk.operations();
    let after = match end {
        End::Killed => disk.after_kill(),
        End::PowerLost => disk.after_power_loss(seed ^ operations),
    };
    drop(running);
    let store = open(&after, durability).await.unwrap_or_else(|error| panic!("{context}: {error}"));
    let may_lose = (durability, end) == (Durability::Os, End::PowerLost);
    compare(&store, &model, may_lose, &context).await;
    store.close().await;
    operations
}

/// Crashes the histories of some seeds at each of their operations; returns how many crashes there were.
async fn crash_everywhere(seeds: Range<u64>) -> u64 {
    let mut crashes = 0;
    for seed in seeds {
        let operations = history(seed, Durability::Sync, None, End::PowerLost).await;
        for operation in 0..operations {
            let faults = [Fault::PowerLoss, Fault::TornWrite, Fault::DiskFull, Fault::Error];
            let fault = faults[((operation + seed) % 4) as usize];
            let end = if operation % 5 == 0 { End::Killed } else { End::PowerLost };
            history(seed, Durability::Sync, Some((operation, fault)), end).await;
        }
        crashes += operations;
    }
    crashes
}

#[tokio::test]
async fn a_crash_at_any_operation_loses_and_invents_nothing() {
    let crashes = crash_everywhere(0..5).await;
    assert!(crashes > 500, "{crashes}");
}

/// The other half, so that two processors share the work.
#[tokio::test]
async fn a_crash_at_any_operation_of_other_histories_loses_and_invents_nothing() {
    let crashes = crash_everywhere(12..17).await;
    assert!(crashes > 500, "{crashes}");
}

/// Without syncs a killed process loses nothing; a loss of power may take the newest records, and the store still opens.
#[tokio::test]
async fn without_syncs_only_a_loss_of_power_takes_anything() {
    for seed in 100..200 {
        history(seed, Durability::Os, None, End::Killed).await;
        history(seed, Durability::Os, None, End::PowerLost).await;
    }
}

/// The same seed makes the same operations: otherwise "crash at every operation" would say nothing.
#[tokio::test]
async fn a_history_is_repeatable() {
    for seed in 0..3 {
        let once = history(seed, Durability::Sync, None, End::Killed).await;
        assert_eq!(once, history(seed, Durability::Sync, None, End::Killed).await);
    }
}
