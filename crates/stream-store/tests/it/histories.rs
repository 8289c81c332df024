//! Ten thousand seeded histories: calls, something that goes wrong, what a restart finds, and the model of what was promised.
//!
//! The seed decides everything: the calls, the durability, what goes wrong at which operation on the disk, how it ends and what
//! the disk is like then. A failure names the seed; `ALLUVIUM_STORE_HISTORY=SEED` runs that history alone.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use alluvium_stream_store::{
    Durability, Fault, FaultyDisk, OpenError, PageLimits, ReadFrom, Store, StoreOptions, verify_directory,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::harness::NOW;
use crate::model::{Model, compare, run};

const DIR: &str = "/data";
const HISTORIES: u64 = 9_500;
const THREADS: usize = 4;
/// One history, by its seed.
const ONLY: &str = "ALLUVIUM_STORE_HISTORY";

/// How a history ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Killed,
    PowerLost,
    /// The process is killed, and then a bit of a file changes.
    BitFlipped,
}

/// What the seed decided.
#[derive(Debug, Clone, Copy)]
struct Plan {
    #[expect(dead_code, reason = "shown when a history fails")]
    seed: u64,
    durability: Durability,
    fault: Option<(u64, Fault)>,
    end: End,
    tail_bytes_max: usize,
}

impl Plan {
    fn of(seed: u64, random: &mut StdRng) -> Self {
        let durability = if random.random_range(0..4) == 0 { Durability::Os } else { Durability::Sync };
        let faults = [
            Fault::PowerLoss,
            Fault::PowerLoss,
            Fault::TornWrite,
            Fault::DiskFull,
            Fault::Error,
            Fault::Error,
            Fault::ShortWrite,
        ];
        let fault = faults[random.random_range(0..faults.len())];
        // A history has some 150 operations; in some it ends before its fault comes.
        let fault = (random.random_range(0..200), fault);
        let end = match random.random_range(0..10) {
            0 => End::Closed,
            1..3 => End::Killed,
            3..5 => End::BitFlipped,
            _ => End::PowerLost,
        };
        let fault = random.random_bool(0.85).then_some(fault);
        let fault =
            if random.random_range(0..100) == 0 { fault.map(|(at, _)| (at, Fault::Slow)) } else { fault };
        let tail_bytes_max = [0, 2_000, 1 << 20][random.random_range(0..3)];
        Self { seed, durability, fault, end, tail_bytes_max }
    }

    async fn open(&self, disk: &FaultyDisk) -> Result<Store, OpenError> {
        let (durability, tail_bytes_max) = (self.durability, self.tail_bytes_max);
        let options = StoreOptions {
            segment_bytes_max: 4096,
            durability,
            tail_bytes_max,
            open_files_max: 2,
            ..StoreOptions::new(DIR)
        };
        Store::open(options, disk.clone()).await
    }
}

async fn history(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let plan = Plan::of(seed, &mut random);
    let disk = FaultyDisk::new();
    let mut model = Model::at(NOW);
    if let Some((operation, fault)) = plan.fault {
        disk.fail_at(operation, fault);
    }
    let mut running = None;
    if let Ok(store) = plan.open(&disk).await {
        run(&store, &mut model, &mut random).await;
        if plan.end == End::Closed {
            store.close().await;
        }
        running = Some(store);
    }
    let after = match plan.end {
        End::PowerLost => disk.after_power_loss(random.random()),
        _ => disk.after_kill(),
    };
    drop(running);
    if plan.end == End::BitFlipped {
        return flipped(plan, &after, &model, &mut random).await;
    }
    let may_lose = plan.durability == Durability::Os && plan.end == End::PowerLost;
    if seed.is_multiple_of(8) {
        check_sound(plan, &after);
    }
    let store = plan.open(&after).await.unwrap_or_else(|error| panic!("{plan:?}: {error}"));
    compare(&store, &model, may_lose, &format!("{plan:?}")).await;
    store.close().await;
    if seed % 8 == 4 {
        check_sound(plan, &after);
    }
}

/// What a crash leaves is no problem.
fn check_sound(plan: Plan, disk: &FaultyDisk) {
    // Before the format file was written nothing of value is there.
    let Ok(report) = verify_directory(disk, Path::new(DIR), &[], &mut |_| {}) else { return };
    let format = Path::new(DIR).join("FORMAT");
    if report.problems.iter().any(|problem| problem.path == format) {
        return;
    }
    assert!(report.is_sound(), "{plan:?}: {:?}", report.problems);
}

/// After a changed bit the store refuses to open or to read, naming the file, or all is as the model says.
async fn flipped(plan: Plan, disk: &FaultyDisk, model: &Model, random: &mut StdRng) {
    let paths: Vec<_> = disk.paths().into_iter().filter(|path| !path.ends_with("LOCK")).collect();
    if paths.is_empty() {
        return;
    }
    let path = &paths[random.random_range(0..paths.len())];
    let mut content = disk.content(path).unwrap();
    if content.is_empty() {
        return;
    }
    let at = random.random_range(0..content.len());
    content[at] ^= 1 << random.random_range(0..8);
    disk.put(path, content);
    let name = path.file_name().unwrap().to_str().unwrap();
    let place = format!("{plan:?}, byte {at} of {name} changed");
    let store = match plan.open(disk).await {
        Ok(store) => store,
        Err(error) => {
            assert!(error.to_string().contains(name), "{place}: {error}");
            return;
        }
    };
    if !store.recovery().cuts.is_empty() {
        let named = store.recovery().cuts.iter().any(|cut| cut.path == *path);
        assert!(named || plan.fault.is_some(), "{place}: {:?}", store.recovery());
        return;
    }
    if !refuses_to_read(&store, name, &place).await {
        compare(&store, model, false, &place).await;
    }
    store.close().await;
}

async fn refuses_to_read(store: &Store, name: &str, context: &str) -> bool {
    for stream in store.streams() {
        for shard in &stream.shards {
            let mut from = ReadFrom::TrimHorizon;
            loop {
                match store.read(stream.id, shard.id, from, PageLimits::default(), NOW).await {
                    Ok(page) if page.records.is_empty() => break,
                    Ok(page) => from = ReadFrom::CounterInclusive(page.next_counter_inclusive),
                    Err(error) => {
                        assert!(error.to_string().contains(name), "{context}: {error}");
                        return true;
                    }
                }
            }
        }
    }
    false
}

/// Runs histories on a thread until none is left.
fn work(next: &AtomicU64, end: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return;
        }
        runtime.block_on(history(seed));
    }
}

#[test]
fn ten_thousand_histories_lose_and_invent_nothing() {
    let only = std::env::var(ONLY).ok().map(|seed| seed.parse::<u64>().unwrap());
    let (start, end) = only.map_or((0, HISTORIES), |seed| (seed, seed + 1));
    let next = AtomicU64::new(start);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| work(&next, end));
        }
    });
}
