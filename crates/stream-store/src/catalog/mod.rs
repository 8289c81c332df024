//! The catalog of streams and shards, in a redb database. `docs/format/streams.md` lists its tables.
//!
//! What must stay true: every change is one transaction, synced when the call returns; a stream's id is never given out
//! twice; births only grow, so that a stream made again under its old name repeats no sequence number.

mod load;
mod rows;
mod tables;
mod versions;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use alluvium_kinesis_model::{HashKeyRange, ShardId};
use redb::{Database, ReadableTable, StorageBackend, WriteTransaction};

use crate::error::{CatalogError, Corruption, OpenError, WriteRefusal};
use crate::limits;
use crate::locks;
use crate::segment::SyncedMarks;
use crate::shard_log::Trim;
use crate::shards::{Shard, Shards, secs_of};
use crate::storage::{MemoryFile, Storage, StorageFile};
use crate::stream::{NewStream, Stream, StreamStatus};
use crate::stream_id_text;
use tables::{ACCOUNT, BIRTH_SECS_USED, FIRST_STREAM_ID, META, NEXT_STREAM_ID, SYNCED};
use versions::CATALOG_VERSION;

/// The catalog's file in the store's directory.
pub(crate) const CATALOG_FILE: &str = "catalog.redb";

/// The catalog.
#[derive(Debug)]
pub(crate) struct Catalog {
    database: Mutex<Option<Arc<Database>>>,
    /// Why the store takes no more writes, be it for the catalog or for records.
    pub(crate) refusal: Arc<OnceLock<WriteRefusal>>,
}

/// All that the catalog holds.
#[derive(Debug, Default)]
pub(crate) struct CatalogContent {
    pub(crate) streams: Vec<Stream>,
    pub(crate) trims: Vec<Trim>,
    pub(crate) account: BTreeMap<String, String>,
    pub(crate) synced: SyncedMarks,
    /// The id of the next stream: no record of a stream with this id or a greater one was ever written.
    pub(crate) next_stream_id: u64,
}

impl Catalog {
    /// Opens the catalog, or makes it; one of an earlier version is brought up to this one.
    pub(crate) fn open(storage: &dyn Storage, dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(CATALOG_FILE);
        let file = if storage.list(dir)?.iter().any(|name| name == CATALOG_FILE) {
            storage.open(&path)?
        } else {
            storage.create(&path)?
        };
        let failed =
            |source: redb::Error| OpenError::Catalog { path: path.clone(), source: Box::new(source) };
        let database = builder().create_with_backend(Backend(file)).map_err(|error| failed(error.into()))?;
        if let Some(found) = versions::bring_up(&database).map_err(failed)? {
            return Err(OpenError::NewerVersion { path, found, supported: CATALOG_VERSION });
        }
        storage.sync_dir(dir)?;
        Ok(Self { database: Mutex::new(Some(Arc::new(database))), refusal: Arc::default() })
    }

    /// Opens a copy of a catalog's bytes and reads everything; the file is not touched. What a crash left is repaired in the copy.
    pub(crate) fn load_copy(path: &Path, bytes: Vec<u8>) -> Result<CatalogContent, OpenError> {
        let failed =
            |source: redb::Error| OpenError::Catalog { path: path.to_owned(), source: Box::new(source) };
        let copy = Backend(Box::new(MemoryFile::new(bytes)));
        let database = builder().create_with_backend(copy).map_err(|error| failed(error.into()))?;
        if let Some(found) = versions::bring_up(&database).map_err(failed)? {
            return Err(OpenError::NewerVersion { path: path.to_owned(), found, supported: CATALOG_VERSION });
        }
        load::read_all(&database).map_err(failed)?.map_err(|what| corrupt(path, what))
    }

    /// Reads everything.
    pub(crate) fn load(&self, dir: &Path) -> Result<CatalogContent, OpenError> {
        let path = dir.join(CATALOG_FILE);
        let failed =
            |source: redb::Error| OpenError::Catalog { path: path.clone(), source: Box::new(source) };
        let database = locks::lock(&self.database).clone();
        let Some(database) = database else { return Ok(CatalogContent::default()) };
        load::read_all(&database).map_err(failed)?.map_err(|what| corrupt(&path, what))
    }

    /// Writes a new stream and gives it its id and birth. A stream in whose place it comes is removed in the same step.
    pub(crate) fn create(&self, new: &NewStream, gone: Option<&Stream>) -> Result<Stream, CatalogError> {
        self.change(|transaction| {
            if let Some(gone) = gone {
                delete(transaction, gone)?;
            }
            let (id, birth_secs_used) = {
                let mut meta = transaction.open_table(META)?;
                let id = meta.get(NEXT_STREAM_ID)?.map_or(FIRST_STREAM_ID, |value| value.value());
                let birth_secs_used = meta.get(BIRTH_SECS_USED)?.map_or(0, |value| value.value());
                meta.insert(NEXT_STREAM_ID, id + 1)?;
                (id, birth_secs_used)
            };
            let birth_secs = secs_of(new.now_millis).max(birth_secs_used + 1);
            let stream = new_stream(new, id, birth_secs);
            rows::put_stream(transaction, &stream)?;
            rows::put_shards(transaction, id, stream.shards.iter())?;
            Ok(stream)
        })
    }

    /// Writes all of a stream but its shards, and that some of its records are gone for good.
    pub(crate) fn put_with_trims(&self, stream: &Stream, trims: &[Trim]) -> Result<(), CatalogError> {
        self.change(|transaction| {
            rows::put_stream(transaction, stream)?;
            rows::put_trims(transaction, trims)
        })
    }

    /// Writes all of a stream but its shards.
    pub(crate) fn put(&self, stream: &Stream) -> Result<(), CatalogError> {
        self.change(|transaction| rows::put_stream(transaction, stream))
    }

    /// Writes a stream and those of its shards that changed.
    pub(crate) fn put_with_shards<'a>(
        &self,
        stream: &Stream,
        changed: impl IntoIterator<Item = &'a Shard>,
    ) -> Result<(), CatalogError> {
        self.change(|transaction| {
            rows::put_stream(transaction, stream)?;
            rows::put_shards(transaction, stream.id, changed)
        })
    }

    /// Removes streams and all that belongs to them; what their births used up stays used.
    pub(crate) fn delete(&self, streams: &[&Stream]) -> Result<(), CatalogError> {
        self.change(|transaction| streams.iter().try_for_each(|stream| delete(transaction, stream)))
    }

    /// Writes that records are gone for good.
    pub(crate) fn trim(&self, trims: &[Trim]) -> Result<(), CatalogError> {
        self.change(|transaction| rows::put_trims(transaction, trims))
    }

    /// Writes what forgetting leaves: streams as they are from now on, and which of their shards are no more.
    pub(crate) fn forget(&self, changes: &[(Stream, Vec<ShardId>)]) -> Result<(), CatalogError> {
        self.change(|transaction| {
            for (stream, shards) in changes {
                rows::put_stream(transaction, stream)?;
                rows::remove_shards(transaction, stream.id, shards)?;
            }
            Ok(())
        })
    }

    /// Writes how far the segments that grow are synced.
    pub(crate) fn mark_synced(&self, marks: &SyncedMarks) -> Result<(), CatalogError> {
        self.change(|transaction| {
            let mut table = transaction.open_table(SYNCED)?;
            for (class, mark) in (0_u8..).zip(marks) {
                match mark {
                    Some(mark) => table.insert(class, mark)?,
                    None => table.remove(class)?,
                };
            }
            Ok(())
        })
    }

    /// Writes a setting of the account, or removes it.
    pub(crate) fn put_account_setting(&self, name: &str, value: Option<&str>) -> Result<(), CatalogError> {
        self.change(|transaction| {
            let mut table = transaction.open_table(ACCOUNT)?;
            match value {
                Some(value) => table.insert(name, value)?,
                None => table.remove(name)?,
            };
            Ok(())
        })
    }

    /// A write or a sync of the catalog that failed refuses all later writes of the store, as one of a segment does.
    fn refuse_writes(&self, error: &redb::Error) {
        if let redb::Error::Io(io_error) = error {
            let source = Arc::new(io::Error::new(io_error.kind(), io_error.to_string()));
            let operation = "changing the stream catalog".to_owned();
            self.refusal.get_or_init(|| WriteRefusal { operation, source });
        }
    }

    /// Whether the file was let go.
    pub(crate) fn is_closed(&self) -> bool {
        locks::lock(&self.database).is_none()
    }

    /// Lets the file go. Later changes answer that the store is closed.
    pub(crate) fn close(&self) {
        *locks::lock(&self.database) = None;
    }

    fn change<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, CatalogError> {
        let database = locks::lock(&self.database).clone().ok_or(CatalogError::Closed)?;
        let run = || {
            let transaction = begin(&database)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        };
        run().map_err(|error: redb::Error| {
            self.refuse_writes(&error);
            CatalogError::Database(Arc::new(error))
        })
    }
}

/// Begins a change in two phases: what was committed is synced before the database points to it. So a damaged page of the
/// newest commit is damage, and never taken for a commit that a crash cut short.
fn begin(database: &Database) -> Result<WriteTransaction, redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_two_phase_commit(true);
    Ok(transaction)
}

/// Opening proves the checksum of every page: a changed bit is refused then, and never read as something else later.
fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(limits::CATALOG_CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

fn new_stream(new: &NewStream, id: u64, birth_secs: u64) -> Stream {
    let ranges = HashKeyRange::uniform(new.shard_count).into_iter().enumerate();
    let shards = ranges.map(|(index, hash_key_range)| Shard {
        id: ShardId(index as u32),
        hash_key_range,
        parent: None,
        adjacent_parent: None,
        birth_secs,
        closed: None,
    });
    Stream {
        id,
        stream_id: stream_id_text::generate(id),
        name: new.name.clone(),
        mode: new.mode,
        created_millis: new.now_millis,
        retention_hours: new.retention_hours,
        settling: StreamStatus::Creating,
        active_at_millis: new.active_at_millis,
        gone_at_millis: None,
        settings: Arc::new(new.settings.clone()),
        tags: Arc::new(new.tags.clone()),
        policy: None,
        records_of_forgotten_shards: 0,
        consumers: Arc::default(),
        shards: Shards::new(shards.collect()),
    }
}

fn delete(transaction: &WriteTransaction, stream: &Stream) -> Result<(), redb::Error> {
    {
        let mut meta = transaction.open_table(META)?;
        let used = meta.get(BIRTH_SECS_USED)?.map_or(0, |value| value.value());
        let births = stream.shards.iter().map(|shard| shard.birth_secs);
        meta.insert(BIRTH_SECS_USED, births.fold(used, u64::max))?;
    }
    rows::remove_stream(transaction, stream.id)
}

fn corrupt(path: &Path, what: String) -> OpenError {
    Corruption { path: PathBuf::from(path), offset: 0, what }.into()
}

/// The database's file, through the store's own storage.
#[derive(Debug)]
struct Backend(Box<dyn StorageFile>);

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.0.length()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(out, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write_all_at(data, offset)
    }
}
