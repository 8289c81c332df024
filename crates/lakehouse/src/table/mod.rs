//! Delta tables: where they are, how they are made and opened, what is in them, and the local store that syncs.

mod columns;
mod error;
mod inspect;
mod listing;
mod location;
mod open;
mod synced_store;

pub use error::TableError;
pub use inspect::{TableDescription, count_rows, describe_table, sample_rows};

pub(crate) use columns::conform;
pub(crate) use location::{Access, log_store};
pub(crate) use open::{TableSpec, check, load, open_or_create};
pub(crate) use synced_store::is_sync_failure;

#[cfg(test)]
pub(crate) use location::log_store_over;
#[cfg(test)]
pub(crate) use synced_store::{SyncedLocalStore, sync_path};
