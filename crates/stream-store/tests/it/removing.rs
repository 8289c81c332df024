//! Removing segments takes long on some file systems; nobody but the sweep and the end of the store waits for it.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use alluvium_stream_store::{
    Fault, FaultyDisk, OpenError, Storage, StorageFile, Store, StreamChange, verify_directory,
};

use crate::harness::{HOUR, NOW, SHARD, open, options, put, records, shown, stream};

const DIR: &str = "/data";

#[derive(Debug, Default)]
struct Gate {
    /// Whether removals wait, and how many have come.
    state: Mutex<(bool, usize)>,
    moved: Condvar,
}

/// A disk whose removals wait at a gate.
#[derive(Debug, Clone)]
struct SlowRemovals {
    disk: FaultyDisk,
    gate: Arc<Gate>,
}

impl SlowRemovals {
    fn new() -> Self {
        Self { disk: FaultyDisk::new(), gate: Arc::default() }
    }

    fn hold(&self, held: bool) {
        self.gate.state.lock().unwrap().0 = held;
        self.gate.moved.notify_all();
    }

    /// Waits until a removal has come to the gate.
    fn wait_for_removal(&self) {
        let state = self.gate.state.lock().unwrap();
        drop(self.gate.moved.wait_while(state, |(_, came)| *came == 0).unwrap());
    }
}

impl Storage for SlowRemovals {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.disk.create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.disk.list(dir)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        self.disk.create(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        self.disk.open(path)
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        self.disk.open_read_only(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.gate.state.lock().unwrap();
        state.1 += 1;
        self.gate.moved.notify_all();
        drop(self.gate.moved.wait_while(state, |(held, _)| *held).unwrap());
        self.disk.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        self.disk.lock(path)
    }
}

#[tokio::test]
async fn nobody_waits_for_a_removal_but_the_end_of_the_store() {
    let disk = SlowRemovals::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    for _ in 0..30 {
        put(&store, &made, &[&"x".repeat(300)]).await;
    }
    disk.hold(true);
    let later = NOW + 30 * HOUR;
    let sweeping = store.clone();
    let sweep = tokio::spawn(async move { sweeping.sweep(later).await });
    let gate = disk.clone();
    tokio::task::spawn_blocking(move || gate.wait_for_removal()).await.unwrap();

    // All of these take turns with the sweep, and some of them on the thread that writes.
    store.append(made.id, SHARD, records(&["a"]), later).await.unwrap();
    assert_eq!(store.purge(made.id).await.unwrap(), 1);
    let change = StreamChange { retention_hours: Some(48), now_millis: later, ..StreamChange::default() };
    store.update_stream(made.id, change).await.unwrap();
    stream(&store, "other").await;
    store.append(made.id, SHARD, records(&["b"]), later).await.unwrap();
    assert_eq!(shown(&store, made.id, SHARD, later).await, "32:b");

    // The end waits, and the directory is nobody else's before.
    let closing = store.clone();
    let closed = tokio::spawn(async move { closing.close().await });
    while store.put_account_setting("a", None).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let refused = Store::open(options(Path::new(DIR)), disk.clone()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
    disk.hold(false);
    let swept = sweep.await.unwrap().unwrap();
    assert!(swept.segments > 1, "{swept:?}");
    closed.await.unwrap();
    assert_eq!(verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap().problems, []);
    let store = open(Path::new(DIR), disk).await;
    assert_eq!(shown(&store, made.id, SHARD, later).await, "32:b");
    store.close().await;
}

/// A removal that fails leaves the others to the next sweep.
#[tokio::test]
async fn what_a_failed_removal_leaves_goes_with_the_next_sweep() {
    let disk = SlowRemovals::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    for _ in 0..30 {
        put(&store, &made, &[&"x".repeat(300)]).await;
    }
    disk.hold(true);
    let sweeping = store.clone();
    let sweep = tokio::spawn(async move { sweeping.sweep(NOW + 30 * HOUR).await });
    let gate = disk.clone();
    tokio::task::spawn_blocking(move || gate.wait_for_removal()).await.unwrap();
    disk.disk.fail_at(disk.disk.operations(), Fault::Error);
    let segments = || disk.disk.paths().iter().filter(|path| path.to_string_lossy().contains("day-")).count();
    let before = segments();
    disk.hold(false);
    sweep.await.unwrap().unwrap_err();
    assert_eq!(segments(), before, "the first removal has failed");
    let swept = store.sweep(NOW + 30 * HOUR).await.unwrap();
    assert_eq!((segments(), swept.segments), (1, before as u64 - 1), "only the one that failed is left");
    store.close().await;
    let store = open(Path::new(DIR), disk.clone()).await;
    assert_eq!(store.sweep(NOW + 30 * HOUR).await.unwrap().segments, 1);
    assert_eq!(segments(), 0);
    store.close().await;
}
