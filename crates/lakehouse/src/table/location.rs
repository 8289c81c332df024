//! From the address of a Delta table to the log store that reads and writes it.
//!
//! What must stay true: a table on the local file system is only ever written through [`SyncedLocalStore`].

use std::sync::Arc;

use deltalake::logstore::{LogStoreRef, StorageConfig, logstore_for, logstore_with};
use object_store::ObjectStore;
use url::Url;

use super::TableError;
use super::synced_store::{SyncedLocalStore, sync_path};

/// Who may read a table's files, where they are local.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever the umask lets.
    Shared,
    /// The owner alone: files 0600 in directories 0700.
    Private,
}

/// The log store of the table at `url`. Nothing is read or made yet.
pub(crate) fn log_store(url: &Url, access: Access) -> Result<LogStoreRef, TableError> {
    let sync = Arc::new(sync_path);
    let opened = match (url.scheme(), access) {
        ("file", Access::Shared) => return log_store_over(Arc::new(SyncedLocalStore::shared(sync)), url),
        ("file", Access::Private) => return log_store_over(Arc::new(SyncedLocalStore::private(sync)), url),
        _ => logstore_for(url, StorageConfig::default()),
    };
    opened.map_err(|source| TableError::Location { table: url.to_string(), source: Box::new(source) })
}

/// The log store of the table at `url` in `store`, which is rooted where the URL's path begins.
pub(crate) fn log_store_over(store: Arc<dyn ObjectStore>, url: &Url) -> Result<LogStoreRef, TableError> {
    logstore_with(store, url, StorageConfig::default())
        .map_err(|source| TableError::Location { table: url.to_string(), source: Box::new(source) })
}
