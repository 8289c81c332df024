//! What the store's handles, its writer and its readers share.
//!
//! What must stay true: locks are held for moments, never across a file operation, and in the order streams, shard, segments.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use alluvium_kinesis_model::{ShardId, StreamName};

use crate::catalog::Catalog;
use crate::error::WriteRefusal;
use crate::index_cache::IndexCache;
use crate::locks;
use crate::open_files::OpenFiles;
use crate::options::StoreOptions;
use crate::segment::{Segment, SyncedMarks};
use crate::shard_log::{ShardLog, Trim};
use crate::shards::Shard;
use crate::storage::Storage;
use crate::store::Recovery;
use crate::stream::Stream;
use crate::tail::Tail;

/// See the module.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: StoreOptions,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) catalog: Catalog,
    /// Held by whoever changes the catalog, so that checks and changes are one step.
    pub(crate) catalog_turn: Mutex<()>,
    /// Held by whoever removes segments, which may take long and must not let the writer wait. Never waited for while
    /// `catalog_turn` is held.
    pub(crate) removal_turn: Mutex<()>,
    pub(crate) streams: RwLock<Streams>,
    /// The settings of the account, by name.
    pub(crate) account: RwLock<BTreeMap<String, String>>,
    pub(crate) segments: Mutex<BTreeMap<u64, SegmentEntry>>,
    /// How far the catalog says that the segments that grow are synced.
    pub(crate) synced_marked: Mutex<SyncedMarks>,
    pub(crate) tail: Tail,
    pub(crate) files: OpenFiles,
    pub(crate) indexes: IndexCache,
    pub(crate) refusal: Arc<OnceLock<WriteRefusal>>,
    pub(crate) counts: Counts,
    pub(crate) recovery: Recovery,
    pub(crate) directory_lock: Mutex<Option<Box<dyn Debug + Send + Sync>>>,
}

/// All streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    pub(crate) by_name: BTreeMap<StreamName, u64>,
    /// The number of each `StreamId` of AWS's.
    pub(crate) numbers: HashMap<Arc<str>, u64>,
    pub(crate) by_id: HashMap<u64, StreamEntry>,
}

/// A stream and its shards at run time, in order of their ids.
#[derive(Debug, Clone)]
pub(crate) struct StreamEntry {
    pub(crate) stream: Arc<Stream>,
    pub(crate) shards: Arc<[Arc<ShardLog>]>,
}

/// A segment and how long it is.
#[derive(Debug)]
pub(crate) struct SegmentEntry {
    pub(crate) segment: Arc<Segment>,
    pub(crate) bytes: u64,
    pub(crate) sealed: bool,
}

/// Counts since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) appends: AtomicU64,
    pub(crate) records: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) syncs: AtomicU64,
}

impl StreamEntry {
    /// A stream with the shards that it already has at run time, and new ones for the others.
    pub(crate) fn new(
        stream: Arc<Stream>,
        known: &[Arc<ShardLog>],
        trims: &HashMap<(u64, u32), Trim>,
    ) -> Self {
        let shards = stream.shards.iter().map(|shard| {
            let place = known.binary_search_by_key(&shard.id, |log| log.id);
            place.map_or_else(
                |_| Arc::new(new_shard_log(&stream, shard, trims)),
                |index| Arc::clone(&known[index]),
            )
        });
        let shards = shards.collect();
        Self { stream, shards }
    }

    /// The shard with this id.
    pub(crate) fn shard(&self, id: ShardId) -> Option<&Arc<ShardLog>> {
        self.shards.binary_search_by_key(&id, |shard| shard.id).ok().map(|index| &self.shards[index])
    }
}

fn new_shard_log(stream: &Stream, shard: &Shard, trims: &HashMap<(u64, u32), Trim>) -> ShardLog {
    let trim = trims.get(&(stream.id, shard.id.0)).copied();
    let log = ShardLog::new(stream.id, shard.id, shard.birth_secs, stream.retention_hours, trim);
    log.state().closed = shard.closed.is_some();
    log
}

impl Streams {
    /// Puts a stream in, in place of its former self.
    pub(crate) fn put(&mut self, entry: StreamEntry) {
        self.by_name.insert(entry.stream.name.clone(), entry.stream.id);
        self.numbers.insert(Arc::clone(&entry.stream.stream_id), entry.stream.id);
        self.by_id.insert(entry.stream.id, entry);
    }

    /// Takes a stream out.
    pub(crate) fn remove(&mut self, stream: &Stream) {
        self.by_name.remove(&stream.name);
        self.numbers.remove(&stream.stream_id);
        self.by_id.remove(&stream.id);
    }
}

impl Shared {
    /// The stream with this id.
    pub(crate) fn entry(&self, stream_id: u64) -> Option<StreamEntry> {
        locks::read(&self.streams).by_id.get(&stream_id).cloned()
    }

    /// Remembers that a write failed; the first cause stays.
    pub(crate) fn refuse_writes(&self, operation: String, source: io::Error) -> WriteRefusal {
        self.refusal.get_or_init(|| WriteRefusal { operation, source: Arc::new(source) }).clone()
    }

    /// Lets the catalog's file and the directory go, once a change and a removal that are under way are done: from then on the
    /// directory may be another process's. A removal that begins later finds the catalog closed.
    pub(crate) fn release(&self) {
        {
            let _turn = locks::lock(&self.catalog_turn);
            self.catalog.close();
        }
        let _turn = locks::lock(&self.removal_turn);
        locks::lock(&self.directory_lock).take();
    }

    /// Counts one more of something.
    pub(crate) fn count(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Ordering::Relaxed);
    }
}
