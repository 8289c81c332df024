//! Opening a store: the lock, the format file, the catalog, then the segments.
//!
//! What must stay true: nothing is written before the directory is locked and its format is known to be ours.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use crate::catalog::{CATALOG_FILE, Catalog};
use crate::class_log::Growing;
use crate::error::{Corruption, OpenError};
use crate::index_cache::IndexCache;
use crate::limits;
use crate::open_files::OpenFiles;
use crate::options::StoreOptions;
use crate::recovery;
use crate::segment::Segment;
use crate::shard_log::Trim;
use crate::shared::{Counts, Shared, StreamEntry, Streams};
use crate::storage::Storage;
use crate::tail::Tail;
use crate::writer::Writer;

/// Locked by the process that has the store open.
pub(crate) const LOCK_FILE: &str = "LOCK";
/// Says that a directory is a store.
pub(crate) const FORMAT_FILE: &str = "FORMAT";
/// Version of the directory that this program writes, and the newest that it reads.
const FORMAT_VERSION: u8 = 1;
/// What stands behind the version byte.
const FORMAT_TEXT: &[u8] = b" Alluvium stream store, see docs/format/streams.md\n";

/// What the writer goes on with.
pub(crate) struct WriterParts {
    growing: [Option<Growing>; 3],
    next_number: u64,
}

impl WriterParts {
    /// The writer; to be asked for once.
    pub(crate) fn take_writer(&mut self, shared: &Arc<Shared>) -> Writer {
        Writer::new(Arc::clone(shared), std::mem::take(&mut self.growing), self.next_number)
    }
}

/// Opens a store. Touches files: not for the async runtime.
pub(crate) fn open(
    options: StoreOptions,
    storage: Arc<dyn Storage>,
) -> Result<(Arc<Shared>, WriterParts), OpenError> {
    let range = limits::SEGMENT_BYTES_RANGE;
    if !range.contains(&options.segment_bytes_max) {
        let (option, value) = ("segment_bytes_max", options.segment_bytes_max);
        return Err(OpenError::OptionOutOfRange { option, value, min: *range.start(), max: *range.end() });
    }
    storage.create_dir_all(&options.dir)?;
    let Some(directory_lock) = storage.lock(&options.dir.join(LOCK_FILE))? else {
        return Err(OpenError::Locked { dir: options.dir });
    };
    let catalog = open_catalog(&options, &*storage)?;
    let content = catalog.load(&options.dir)?;
    let trims: HashMap<(u64, u32), Trim> =
        content.trims.into_iter().map(|trim| ((trim.stream_id, trim.shard.0), trim)).collect();
    let mut streams = Streams::default();
    for stream in content.streams {
        streams.put(StreamEntry::new(Arc::new(stream), &[], &trims));
    }
    let recovered =
        recovery::recover(&options, &*storage, &streams, content.next_stream_id, &content.synced)?;
    for cut in &recovered.recovery.cuts {
        tracing::warn!(path = %cut.path.display(), offset = cut.offset, bytes = cut.bytes, "cut the torn end of a segment");
    }
    let segments = recovered.segments.into_iter().map(|entry| (entry.segment.number, entry)).collect();
    let shared = Shared {
        synced_marked: Mutex::new(content.synced),
        tail: Tail::new(options.tail_bytes_max),
        files: OpenFiles::new(options.open_files_max),
        indexes: IndexCache::new(limits::INDEX_CACHE_BYTES),
        options,
        storage,
        refusal: Arc::clone(&catalog.refusal),
        catalog,
        catalog_turn: Mutex::new(()),
        removal_turn: Mutex::new(()),
        streams: RwLock::new(streams),
        account: RwLock::new(content.account),
        segments: Mutex::new(segments),
        counts: Counts::default(),
        recovery: recovered.recovery,
        directory_lock: Mutex::new(Some(directory_lock)),
    };
    Ok((Arc::new(shared), WriterParts { growing: recovered.growing, next_number: recovered.next_number }))
}

/// Whether a file is the format file of a version that this program knows; `false` when a crash cut it short as it was made.
pub(crate) fn is_format(storage: &dyn Storage, path: &Path) -> Result<bool, OpenError> {
    let file = storage.open_read_only(path)?;
    let mut found = vec![0; usize::try_from(file.length()?).unwrap_or(0).min(1 + FORMAT_TEXT.len())];
    file.read_exact_at(&mut found, 0)?;
    if let [version, ..] = found[..]
        && version > FORMAT_VERSION
    {
        let (found, supported) = (u64::from(version), u64::from(FORMAT_VERSION));
        return Err(OpenError::NewerVersion { path: path.to_owned(), found, supported });
    }
    let whole = [&[FORMAT_VERSION], FORMAT_TEXT].concat();
    if found == whole {
        return Ok(true);
    }
    let written = found.iter().zip(&whole).take_while(|(there, expected)| there == expected).count();
    if found[written..].iter().any(|byte| *byte != 0) {
        let what = "the format file is not as it was written".to_owned();
        return Err(Corruption { path: path.to_owned(), offset: written as u64, what }.into());
    }
    Ok(false)
}

/// The catalog was there before the format file. An empty one made in its place would give the segments to nobody, and the
/// next sweep would remove them.
fn refuse_without_catalog(storage: &dyn Storage, dir: &Path, names: &[String]) -> Result<(), OpenError> {
    let path = dir.join(CATALOG_FILE);
    let is_there = names.iter().any(|name| name == CATALOG_FILE);
    if is_there && storage.open_read_only(&path)?.length()? > 0 {
        return Ok(());
    }
    let what = if is_there { "the catalog is empty" } else { "the catalog is missing" };
    Err(Corruption { path, offset: 0, what: what.to_owned() }.into())
}

/// Opens the catalog of a directory that has a valid format file; makes both in an empty directory. The format file is
/// written last, so without it a crash cut the first opening short and nothing of value is there.
fn open_catalog(options: &StoreOptions, storage: &dyn Storage) -> Result<Catalog, OpenError> {
    let dir = &options.dir;
    let names = storage.list(dir)?;
    let path = dir.join(FORMAT_FILE);
    if names.iter().any(|name| name == FORMAT_FILE) && is_format(storage, &path)? {
        refuse_without_catalog(storage, dir, &names)?;
        return Catalog::open(storage, dir);
    }
    let stranger = names.iter().find(|name| {
        Segment::parse_name(name).is_some()
            || !(matches!(name.as_str(), LOCK_FILE | FORMAT_FILE | CATALOG_FILE) || name.starts_with('.'))
    });
    if let Some(stranger) = stranger {
        let reason = format!("it has no valid file {FORMAT_FILE:?}, but holds {stranger:?}");
        return Err(OpenError::NotAStore { dir: dir.clone(), reason });
    }
    for name in names.iter().filter(|name| *name == CATALOG_FILE || *name == FORMAT_FILE) {
        storage.remove(&dir.join(name))?;
    }
    let catalog = Catalog::open(storage, dir)?;
    let file = storage.create(&path)?;
    file.write_all_at(&[&[FORMAT_VERSION], FORMAT_TEXT].concat(), 0)?;
    file.sync_data()?;
    storage.sync_dir(dir)?;
    Ok(catalog)
}
