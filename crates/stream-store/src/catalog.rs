//! The catalog of streams and shards, in a redb database. `docs/format/streams.md` lists its tables.
//!
//! What must stay true: every change is one transaction, synced when the call returns; a stream's id is never given out
//! twice; births only grow, so that a stream made again under its old name repeats no sequence number.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId, StreamName};
use redb::{Database, ReadableDatabase, ReadableTable, StorageBackend, TableDefinition};

use crate::error::{CatalogError, Corruption, OpenError};
use crate::limits;
use crate::locks;
use crate::shard_log::Trim;
use crate::storage::{Storage, StorageFile};
use crate::stream::{NewStream, Shard, ShardEnd, Stream, StreamMode, StreamStatus, secs_of};

/// The catalog's file in the store's directory.
pub(crate) const CATALOG_FILE: &str = "catalog.redb";
/// Version of the tables that this program writes, and the newest that it reads.
pub(crate) const CATALOG_VERSION: u64 = 1;

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// Stream id: name, mode, created, retention in hours, settling status, active from.
type StreamRow<'a> = (&'a str, u8, i64, u32, u8, i64);
const STREAMS: TableDefinition<'_, u64, StreamRow<'static>> = TableDefinition::new("streams");
/// Stream id and shard: first and last hash key, parent, adjacent parent, birth, end (last counter, when).
type ShardRow = (u128, u128, Option<u32>, Option<u32>, u64, Option<(u64, i64)>);
const SHARDS: TableDefinition<'_, (u64, u32), ShardRow> = TableDefinition::new("shards");
/// Stream id and shard: last counter that is gone, its arrival.
const TRIMS: TableDefinition<'_, (u64, u32), (u64, i64)> = TableDefinition::new("trims");

const VERSION: &str = "version";
const NEXT_STREAM_ID: &str = "next_stream_id";
const BIRTH_SECS_USED: &str = "birth_secs_used";

/// The catalog.
#[derive(Debug)]
pub(crate) struct Catalog {
    database: Mutex<Option<Arc<Database>>>,
}

/// All that the catalog holds.
#[derive(Debug, Default)]
pub(crate) struct CatalogContent {
    pub(crate) streams: Vec<Stream>,
    pub(crate) trims: Vec<Trim>,
}

impl Catalog {
    /// Opens the catalog, or makes it.
    pub(crate) fn open(storage: &dyn Storage, dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(CATALOG_FILE);
        let file = if storage.list(dir)?.iter().any(|name| name == CATALOG_FILE) {
            storage.open(&path)?
        } else {
            storage.create(&path)?
        };
        let failed =
            |source: redb::Error| OpenError::Catalog { path: path.clone(), source: Box::new(source) };
        let database = Database::builder()
            .set_cache_size(limits::CATALOG_CACHE_BYTES)
            .create_with_backend(Backend(file))
            .map_err(|error| failed(error.into()))?;
        let version = first_transaction(&database).map_err(failed)?;
        if version > CATALOG_VERSION {
            return Err(OpenError::NewerVersion { path, found: version, supported: CATALOG_VERSION });
        }
        storage.sync_dir(dir)?;
        Ok(Self { database: Mutex::new(Some(Arc::new(database))) })
    }

    /// Reads everything.
    pub(crate) fn load(&self, dir: &Path) -> Result<CatalogContent, OpenError> {
        let path = dir.join(CATALOG_FILE);
        let failed =
            |source: redb::Error| OpenError::Catalog { path: path.clone(), source: Box::new(source) };
        let database = locks::lock(&self.database).clone();
        let Some(database) = database else { return Ok(CatalogContent::default()) };
        read_all(&database).map_err(failed)?.map_err(|what| corrupt(&path, what))
    }

    /// Writes a new stream and gives it its id and birth.
    pub(crate) fn create(&self, new: &NewStream) -> Result<Stream, CatalogError> {
        self.change(|transaction| {
            let mut meta = transaction.open_table(META)?;
            let id = meta.get(NEXT_STREAM_ID)?.map_or(1, |value| value.value());
            let birth_secs_used = meta.get(BIRTH_SECS_USED)?.map_or(0, |value| value.value());
            meta.insert(NEXT_STREAM_ID, id + 1)?;
            let birth_secs = secs_of(new.now_millis).max(birth_secs_used + 1);
            let ranges = HashKeyRange::uniform(new.shard_count).into_iter().enumerate();
            let shards = ranges.map(|(index, hash_key_range)| Shard {
                id: ShardId(index as u32),
                hash_key_range,
                parent: None,
                adjacent_parent: None,
                birth_secs,
                closed: None,
            });
            let stream = Stream {
                id,
                name: new.name.clone(),
                mode: new.mode,
                created_millis: new.now_millis,
                retention_hours: new.retention_hours,
                settling: StreamStatus::Creating,
                active_at_millis: new.active_at_millis,
                shards: shards.collect(),
            };
            put_stream(transaction, &stream)?;
            Ok(stream)
        })
    }

    /// Writes a stream and all its shards as they are now.
    pub(crate) fn put(&self, stream: &Stream) -> Result<(), CatalogError> {
        self.change(|transaction| put_stream(transaction, stream))
    }

    /// Removes a stream and all that belongs to it; what its births used up stays used.
    pub(crate) fn delete(&self, stream: &Stream) -> Result<(), CatalogError> {
        self.change(|transaction| {
            let mut meta = transaction.open_table(META)?;
            let used = meta.get(BIRTH_SECS_USED)?.map_or(0, |value| value.value());
            let births = stream.shards.iter().map(|shard| shard.birth_secs);
            meta.insert(BIRTH_SECS_USED, births.fold(used, u64::max))?;
            transaction.open_table(STREAMS)?.remove(stream.id)?;
            let of_stream = (stream.id, 0)..=(stream.id, u32::MAX);
            transaction.open_table(SHARDS)?.retain_in(of_stream.clone(), |_, _| false)?;
            transaction.open_table(TRIMS)?.retain_in(of_stream, |_, _| false)?;
            Ok(())
        })
    }

    /// Writes that records are gone for good.
    pub(crate) fn trim(&self, trims: &[Trim]) -> Result<(), CatalogError> {
        self.change(|transaction| {
            let mut table = transaction.open_table(TRIMS)?;
            for trim in trims {
                table.insert((trim.stream_id, trim.shard.0), (trim.through_counter, trim.arrival_millis))?;
            }
            Ok(())
        })
    }

    /// Lets the file go. Later changes answer that the store is closed.
    pub(crate) fn close(&self) {
        *locks::lock(&self.database) = None;
    }

    fn change<T>(
        &self,
        work: impl FnOnce(&redb::WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, CatalogError> {
        let database = locks::lock(&self.database).clone().ok_or(CatalogError::Closed)?;
        let run = || {
            let transaction = database.begin_write()?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        };
        run().map_err(|error: redb::Error| CatalogError::Database(Arc::new(error)))
    }
}

/// Makes the tables that are missing; returns the version of those that are there.
fn first_transaction(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    let version = {
        let mut meta = transaction.open_table(META)?;
        let version = meta.get(VERSION)?.map(|value| value.value());
        if version.is_some_and(|version| version >= CATALOG_VERSION) {
            return Ok(version.unwrap_or(CATALOG_VERSION));
        }
        meta.insert(VERSION, CATALOG_VERSION)?;
        transaction.open_table(STREAMS)?;
        transaction.open_table(SHARDS)?;
        transaction.open_table(TRIMS)?;
        CATALOG_VERSION
    };
    transaction.commit()?;
    Ok(version)
}

fn put_stream(transaction: &redb::WriteTransaction, stream: &Stream) -> Result<(), redb::Error> {
    let row = (
        stream.name.as_str(),
        mode_number(stream.mode),
        stream.created_millis,
        stream.retention_hours,
        status_number(stream.settling),
        stream.active_at_millis,
    );
    transaction.open_table(STREAMS)?.insert(stream.id, row)?;
    let mut shards = transaction.open_table(SHARDS)?;
    for shard in &stream.shards {
        let row = (
            shard.hash_key_range.starting.0,
            shard.hash_key_range.ending_inclusive.0,
            shard.parent.map(|id| id.0),
            shard.adjacent_parent.map(|id| id.0),
            shard.birth_secs,
            shard.closed.map(|end| (end.last_counter, end.closed_millis)),
        );
        shards.insert((stream.id, shard.id.0), row)?;
    }
    Ok(())
}

/// The inner error says what in the tables makes no sense.
fn read_all(database: &Database) -> Result<Result<CatalogContent, String>, redb::Error> {
    let transaction = database.begin_read()?;
    let shard_table = transaction.open_table(SHARDS)?;
    let mut content = CatalogContent::default();
    for entry in transaction.open_table(STREAMS)?.iter()? {
        let (id, row) = entry?;
        let (id, (name, mode, created_millis, retention_hours, settling, active_at_millis)) =
            (id.value(), row.value());
        let Ok(name) = StreamName::parse(name) else {
            return Ok(Err(format!("stream {id} has the name {name:?}")));
        };
        let (Some(mode), Some(settling)) = (mode_of(mode), status_of(settling)) else {
            return Ok(Err(format!("stream {id} has mode {mode} and status {settling}")));
        };
        let mut shards = Vec::new();
        for entry in shard_table.range((id, 0)..=(id, u32::MAX))? {
            let (key, row) = entry?;
            let (starting, ending, parent, adjacent_parent, birth_secs, closed) = row.value();
            shards.push(Shard {
                id: ShardId(key.value().1),
                hash_key_range: HashKeyRange {
                    starting: HashKey(starting),
                    ending_inclusive: HashKey(ending),
                },
                parent: parent.map(ShardId),
                adjacent_parent: adjacent_parent.map(ShardId),
                birth_secs,
                closed: closed.map(|(last_counter, closed_millis)| ShardEnd { last_counter, closed_millis }),
            });
        }
        content.streams.push(Stream {
            id,
            name,
            mode,
            created_millis,
            retention_hours,
            settling,
            active_at_millis,
            shards,
        });
    }
    for entry in transaction.open_table(TRIMS)?.iter()? {
        let (key, row) = entry?;
        let ((stream_id, shard), (through_counter, arrival_millis)) = (key.value(), row.value());
        content.trims.push(Trim { stream_id, shard: ShardId(shard), through_counter, arrival_millis });
    }
    Ok(Ok(content))
}

fn corrupt(path: &Path, what: String) -> OpenError {
    Corruption { path: PathBuf::from(path), offset: 0, what }.into()
}

fn mode_number(mode: StreamMode) -> u8 {
    match mode {
        StreamMode::OnDemand => 1,
        StreamMode::Provisioned => 2,
    }
}

fn mode_of(number: u8) -> Option<StreamMode> {
    [StreamMode::OnDemand, StreamMode::Provisioned].into_iter().find(|mode| mode_number(*mode) == number)
}

fn status_number(status: StreamStatus) -> u8 {
    match status {
        StreamStatus::Creating => 1,
        StreamStatus::Updating => 2,
        StreamStatus::Active => 3,
    }
}

fn status_of(number: u8) -> Option<StreamStatus> {
    let all = [StreamStatus::Creating, StreamStatus::Updating, StreamStatus::Active];
    all.into_iter().find(|status| status_number(*status) == number)
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
