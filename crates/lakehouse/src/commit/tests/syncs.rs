//! What is on disk when a commit is reported, and what a failed sync does.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use deltalake::logstore::LogStoreRef;
use url::Url;

use super::{CommitError, ids, open, put};
use crate::table::{SyncedLocalStore, log_store_over, sync_path};

/// Names as they come from the disk, made stable: `part` for a data file, `#1` for a name not final yet.
fn shown(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let name = relative.rsplit('/').next().unwrap_or_default();
    match name.split_once(".parquet") {
        Some((_, staged)) => format!("part{staged}"),
        None if relative.is_empty() => "table".to_owned(),
        None => relative,
    }
}

fn local(root: &Path, sync: impl Fn(&Path) -> io::Result<()> + Send + Sync + 'static) -> LogStoreRef {
    let url = Url::from_directory_path(root).expect("an absolute path");
    log_store_over(Arc::new(SyncedLocalStore::shared(Arc::new(sync))), &url).expect("a local store")
}

#[tokio::test]
async fn files_are_synced_before_they_are_named_and_directories_before_the_commit_is_reported() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("pin");
    let recorded: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let sink = recorded.clone();
    let log_store = local(&root, move |path| {
        let named = PathBuf::from(path.to_string_lossy().trim_end_matches("#1"));
        assert!(named == path || !named.exists(), "{} was named before it was synced", path.display());
        sink.lock().expect("not poisoned").push(path.to_path_buf());
        sync_path(path)
    });
    let take = || {
        let taken = std::mem::take(&mut *recorded.lock().expect("not poisoned"));
        taken.iter().map(|path| shown(&root, path)).collect::<Vec<_>>().join(" ")
    };
    let mut table = open(&log_store, "worker").await;
    let parent = directory.path().display().to_string();
    let first = "_delta_log/00000000000000000000.json#1";
    assert_eq!(take(), format!("{parent} table {first} _delta_log"));
    put(&mut table, "s0", 0, 3).await.expect("committed");
    assert_eq!(take(), "part#1 table _delta_log/00000000000000000001.json#1 _delta_log");
    assert_eq!(ids(&log_store).await, [1, 2, 3]);
}

#[tokio::test]
async fn after_a_failed_sync_nothing_more_is_committed() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("pin");
    let failing: Arc<Mutex<bool>> = Arc::default();
    let fail = failing.clone();
    let log_store = local(&root, move |path| {
        let is_log = path.ends_with("_delta_log");
        if is_log && *fail.lock().expect("not poisoned") {
            Err(io::Error::other("I/O error"))
        } else {
            Ok(())
        }
    });
    let mut table = open(&log_store, "worker").await;
    *failing.lock().expect("not poisoned") = true;
    let error = put(&mut table, "s0", 0, 1).await.expect_err("the directory was not synced");
    assert!(matches!(error, CommitError::NotDurable { .. }) && !error.is_transient(), "{error}");
    *failing.lock().expect("not poisoned") = false;
    let next = put(&mut table, "s0", 1, 2).await;
    assert!(next.is_err(), "the disk has lost trust until a restart");
}
