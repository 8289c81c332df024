//! The store as its users see it.

use std::sync::Arc;

use alluvium_kinesis_model::{ShardId, StreamName};

use crate::error::{AppendError, CatalogError, OpenError, ReadError, WriteRefusal};
use crate::options::StoreOptions;
use crate::record::{Appended, NewRecord, Page, PageLimits, ReadFrom, ShardRecords, Tip};
use crate::storage::Storage;
use crate::stream::{NewStream, Reshard, Stream, StreamChange};

/// A store of streams. Cheap to clone; clones are the same store.
#[derive(Debug, Clone)]
pub struct Store {}

#[expect(clippy::todo, clippy::unused_async, unused_variables, reason = "signatures first")]
impl Store {
    /// Opens the store in `options.dir`, or makes one there, and recovers it from a crash if there was one.
    pub async fn open(options: StoreOptions, storage: impl Storage) -> Result<Self, OpenError> {
        todo!()
    }
    /// What opening had to repair.
    pub fn recovery(&self) -> &Recovery {
        todo!()
    }
    /// Makes a stream, durable when this returns.
    pub async fn create_stream(&self, new: NewStream) -> Result<Arc<Stream>, CatalogError> {
        todo!()
    }
    /// Changes a stream, durable when this returns.
    pub async fn update_stream(
        &self,
        stream_id: u64,
        change: StreamChange,
    ) -> Result<Arc<Stream>, CatalogError> {
        todo!()
    }
    /// Closes shards and opens their children in one step.
    pub async fn reshard(&self, stream_id: u64, reshard: Reshard) -> Result<Arc<Stream>, CatalogError> {
        todo!()
    }
    /// Deletes a stream with all its records.
    pub async fn delete_stream(&self, stream_id: u64) -> Result<(), CatalogError> {
        todo!()
    }
    /// The stream with this name.
    pub fn stream(&self, name: &StreamName) -> Option<Arc<Stream>> {
        todo!()
    }
    /// The stream with this id.
    pub fn stream_by_id(&self, stream_id: u64) -> Option<Arc<Stream>> {
        todo!()
    }
    /// All streams, in order of their names.
    pub fn streams(&self) -> Vec<Arc<Stream>> {
        todo!()
    }
    /// Appends records to one shard; returns when they are durable.
    pub async fn append(
        &self,
        stream_id: u64,
        shard: ShardId,
        records: Vec<NewRecord>,
        now_millis: i64,
    ) -> Result<Appended, AppendError> {
        todo!()
    }
    /// Appends records to several shards in one commit; one answer per element of `batches`, in order.
    pub async fn append_many(
        &self,
        stream_id: u64,
        batches: Vec<ShardRecords>,
        now_millis: i64,
    ) -> Vec<Result<Appended, AppendError>> {
        todo!()
    }
    /// Reads a page. Never waits for records: a page at the tip is empty.
    pub async fn read(
        &self,
        stream_id: u64,
        shard: ShardId,
        from: ReadFrom,
        limits: PageLimits,
        now_millis: i64,
    ) -> Result<Page, ReadError> {
        todo!()
    }
    /// The newest durable record of a shard.
    pub fn tip(&self, stream_id: u64, shard: ShardId) -> Result<Tip, ReadError> {
        todo!()
    }
    /// Waits until a shard has a durable record after `counter_exclusive` or is closed.
    pub async fn wait_past(
        &self,
        stream_id: u64,
        shard: ShardId,
        counter_exclusive: u64,
    ) -> Result<Tip, ReadError> {
        todo!()
    }
    /// How many records the stream has ever accepted; restarts and retention do not lower it.
    pub fn accepted(&self, stream_id: u64) -> Option<u64> {
        todo!()
    }
    /// Removes the segments in which everything has expired or belongs to deleted streams.
    pub async fn sweep(&self, now_millis: i64) -> Result<Swept, CatalogError> {
        todo!()
    }
    /// Why the store takes no more writes; `None` while it does.
    pub fn write_refusal(&self) -> Option<WriteRefusal> {
        todo!()
    }
    /// Counts since the store was opened.
    pub fn stats(&self) -> StoreStats {
        todo!()
    }
    /// Finishes the appends that wait, then lets the directory go.
    pub async fn close(&self) {
        todo!()
    }
}

/// What opening had to repair after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovery {
    /// The torn tails that were cut, at most one per retention class.
    pub cuts: Vec<Cut>,
}

/// A torn tail that was cut: bytes that were never acknowledged as synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub path: std::path::PathBuf,
    /// The length that it has now.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Segments removed.
    pub segments: u64,
    /// Bytes given back.
    pub bytes: u64,
}

/// Counts since the store was opened, and what it holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Appends acknowledged; one per shard of an append.
    pub appends: u64,
    /// Records acknowledged.
    pub records: u64,
    /// Commits written, each with one sync per retention class that it touched.
    pub commits: u64,
    /// Syncs of segments.
    pub syncs: u64,
    /// Segments there are.
    pub segments: u64,
    /// Bytes that they take.
    pub segment_bytes: u64,
}
