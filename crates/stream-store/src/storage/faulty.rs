//! Storage in memory that counts its operations, fails at the one it is told to, and can lose power.
//!
//! It keeps apart what is durable from what was only written: after a power loss each write that was not synced is there,
//! is not there, or is there in part, and so is each directory entry. What must stay true: what was synced is always there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Storage, StorageFile};

/// What goes wrong at an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power goes: this operation and all later ones fail, and nothing of this one is done.
    PowerLoss,
    /// The power goes in the middle: the first half of this write is done.
    TornWrite,
    /// The disk is full: half of this write is done; it and all later ones fail.
    DiskFull,
    /// This operation fails once. A sync that fails has dropped what it should have made durable.
    Error,
    /// This operation fails once; of a write the first third is done.
    ShortWrite,
    /// This operation takes 2 ms and succeeds.
    Slow,
}

/// How long a slow operation takes.
const SLOW: Duration = Duration::from_millis(2);

/// A disk in memory; clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct FaultyDisk {
    disk: Arc<Mutex<Disk>>,
}

#[derive(Debug, Default)]
struct Disk {
    entries: BTreeMap<PathBuf, Arc<Mutex<Node>>>,
    entries_durable: BTreeMap<PathBuf, Arc<Mutex<Node>>>,
    locks: BTreeSet<PathBuf>,
    operations: u64,
    syncs: u64,
    planned: Option<(u64, Fault)>,
    dark: bool,
    full: bool,
}

#[derive(Debug, Default, Clone)]
struct Node {
    durable: Vec<u8>,
    written: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    SetLen(usize),
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::SetLen(length) => set_len(content, *length),
            Self::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if content.len() < end {
                    set_len(content, end);
                }
                content[*offset..end].copy_from_slice(bytes);
            }
        }
    }
}

/// Cuts or fills up with zeros, in pieces: a resize byte by byte takes most of the time where nothing is optimised.
fn set_len(content: &mut Vec<u8>, length: usize) {
    const ZEROS: [u8; 4096] = [0; 4096];
    content.truncate(length);
    while content.len() < length {
        let more = ZEROS.len().min(length - content.len());
        content.extend_from_slice(&ZEROS[..more]);
    }
}

impl FaultyDisk {
    /// An empty disk that works.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the operation with this number fail; numbers count from [`FaultyDisk::operations`] = 0 of a new disk.
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.disk().planned = Some((operation, fault));
    }

    /// How many operations that change something were asked for: create, remove, write, cut, sync.
    pub fn operations(&self) -> u64 {
        self.disk().operations
    }

    /// How many files were synced.
    pub fn syncs(&self) -> u64 {
        self.disk().syncs
    }

    /// Whether the planned fault has happened.
    pub fn has_failed(&self) -> bool {
        let disk = self.disk();
        disk.planned.is_some_and(|(operation, _)| disk.operations > operation)
    }

    /// The disk as it may be found after a loss of power now; `seed` chooses among the possibilities.
    #[must_use]
    pub fn after_power_loss(&self, seed: u64) -> Self {
        let mut random = SplitMix(seed);
        let disk = self.disk();
        let mut found = Disk::default();
        let paths: BTreeSet<&PathBuf> = disk.entries.keys().chain(disk.entries_durable.keys()).collect();
        for path in paths {
            let (now, durable) = (disk.entries.get(path), disk.entries_durable.get(path));
            let same = now.zip(durable).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
            let Some(node) = (if same || random.next().is_multiple_of(2) { now } else { durable }) else {
                continue;
            };
            let node = node.lock().unwrap_or_else(PoisonError::into_inner);
            let mut content = node.durable.clone();
            for change in &node.pending {
                match (random.next() % 4, change) {
                    (0, _) => {}
                    (1, Change::Write { offset, bytes }) => {
                        let kept = (random.next() as usize) % (bytes.len() + 1);
                        Change::Write { offset: *offset, bytes: bytes[..kept].to_vec() }.apply(&mut content);
                    }
                    _ => change.apply(&mut content),
                }
            }
            found.insert_durable(path.clone(), content);
        }
        Self { disk: Arc::new(Mutex::new(found)) }
    }

    /// The disk as it is found after the process was killed now: all that was written is there, and what was not synced can
    /// still be lost with the power.
    #[must_use]
    pub fn after_kill(&self) -> Self {
        let disk = self.disk();
        let mut copies: BTreeMap<*const Mutex<Node>, Arc<Mutex<Node>>> = BTreeMap::new();
        let mut copy = |(path, node): (&PathBuf, &Arc<Mutex<Node>>)| {
            let content = || node.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let twin = copies.entry(Arc::as_ptr(node)).or_insert_with(|| Arc::new(Mutex::new(content())));
            (path.clone(), Arc::clone(twin))
        };
        let entries = disk.entries.iter().map(&mut copy).collect();
        let entries_durable = disk.entries_durable.iter().map(&mut copy).collect();
        Self { disk: Arc::new(Mutex::new(Disk { entries, entries_durable, ..Disk::default() })) }
    }

    /// The paths of all files.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.disk().entries.keys().cloned().collect()
    }

    /// The content of a file.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let node = self.disk().entries.get(path).cloned()?;
        Some(node.lock().unwrap_or_else(PoisonError::into_inner).written.clone())
    }

    /// Puts a file there, durable, in place of what was there.
    pub fn put(&self, path: &Path, content: Vec<u8>) {
        self.disk().insert_durable(path.to_owned(), content);
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn node(&self, path: &Path) -> io::Result<Arc<Mutex<Node>>> {
        let disk = self.disk();
        if disk.dark {
            return Err(dark(path));
        }
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no file `{}`", path.display()));
        disk.entries.get(path).cloned().ok_or_else(missing)
    }
}

impl Disk {
    fn insert_durable(&mut self, path: PathBuf, content: Vec<u8>) {
        let node = Node { durable: content.clone(), written: content, pending: Vec::new() };
        let node = Arc::new(Mutex::new(node));
        self.entries.insert(path.clone(), Arc::clone(&node));
        self.entries_durable.insert(path, node);
    }

    /// Counts an operation; tells what goes wrong with it.
    fn count(&mut self, path: &Path) -> io::Result<Option<Fault>> {
        if self.dark {
            return Err(dark(path));
        }
        let number = self.operations;
        self.operations += 1;
        let fault = self.planned.and_then(|(at, fault)| (at == number).then_some(fault));
        match fault {
            Some(Fault::PowerLoss | Fault::TornWrite) => self.dark = true,
            Some(Fault::DiskFull) => self.full = true,
            Some(Fault::Error | Fault::ShortWrite | Fault::Slow) | None => {}
        }
        Ok(fault)
    }

    /// Counts an operation that is done wholly or not at all.
    fn count_whole(&mut self, path: &Path) -> io::Result<()> {
        match self.count(path)? {
            None => Ok(()),
            Some(Fault::Slow) => {
                std::thread::sleep(SLOW);
                Ok(())
            }
            Some(Fault::PowerLoss | Fault::TornWrite) => Err(dark(path)),
            Some(Fault::DiskFull) => Err(full(path)),
            Some(Fault::Error | Fault::ShortWrite) => Err(broken(path)),
        }
    }
}

impl Storage for FaultyDisk {
    fn create_dir_all(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let disk = self.disk();
        let inside = disk.entries.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        let mut disk = self.disk();
        disk.count_whole(path)?;
        if disk.entries.contains_key(path) {
            let text = format!("file `{}` is there already", path.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        let node = Arc::new(Mutex::new(Node::default()));
        disk.entries.insert(path.to_owned(), Arc::clone(&node));
        Ok(Box::new(FaultyFile { disk: self.clone(), path: path.to_owned(), node }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        let node = self.node(path)?;
        Ok(Box::new(FaultyFile { disk: self.clone(), path: path.to_owned(), node }))
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn StorageFile>> {
        self.open(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.node(path)?;
        let mut disk = self.disk();
        disk.count_whole(path)?;
        disk.entries.remove(path);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.count_whole(dir)?;
        let inside = |path: &PathBuf| path.parent() == Some(dir);
        let entries: Vec<_> = disk
            .entries
            .iter()
            .filter(|(path, _)| inside(path))
            .map(|(p, n)| (p.clone(), n.clone()))
            .collect();
        disk.entries_durable.retain(|path, _| !inside(path));
        disk.entries_durable.extend(entries);
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let taken = self.disk().locks.insert(path.to_owned());
        let lock = taken.then(|| FaultyLock { disk: self.clone(), path: path.to_owned() });
        Ok(lock.map(|lock| Box::new(lock) as Box<dyn Debug + Send + Sync>))
    }
}

#[derive(Debug)]
struct FaultyLock {
    disk: FaultyDisk,
    path: PathBuf,
}

impl Drop for FaultyLock {
    fn drop(&mut self) {
        self.disk.disk().locks.remove(&self.path);
    }
}

#[derive(Debug)]
struct FaultyFile {
    disk: FaultyDisk,
    path: PathBuf,
    node: Arc<Mutex<Node>>,
}

impl FaultyFile {
    fn node(&self) -> MutexGuard<'_, Node> {
        self.node.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: Change) {
        let mut node = self.node();
        change.apply(&mut node.written);
        node.pending.push(change);
    }
}

impl StorageFile for FaultyFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.node().written.len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        if self.disk.disk().dark {
            return Err(dark(&self.path));
        }
        let node = self.node();
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(bytes) = node.written.get(start..start.saturating_add(buffer.len())) else {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("`{}` ends", self.path.display()),
            ));
        };
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let (fault, disk_full) = {
            let mut disk = self.disk.disk();
            (disk.count(&self.path)?, disk.full)
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let kept = match fault {
            Some(Fault::PowerLoss | Fault::Error) => 0,
            Some(Fault::TornWrite | Fault::DiskFull) => bytes.len() / 2,
            Some(Fault::ShortWrite) => bytes.len() / 3,
            None if disk_full => 0,
            None | Some(Fault::Slow) => bytes.len(),
        };
        if kept > 0 {
            self.change(Change::Write { offset: start, bytes: bytes[..kept].to_vec() });
        }
        match fault {
            None if disk_full => Err(full(&self.path)),
            None | Some(Fault::Slow) => Ok(()),
            Some(Fault::PowerLoss | Fault::TornWrite) => Err(dark(&self.path)),
            Some(Fault::DiskFull) => Err(full(&self.path)),
            Some(Fault::Error | Fault::ShortWrite) => Err(broken(&self.path)),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.disk().count_whole(&self.path)?;
        self.change(Change::SetLen(usize::try_from(length).unwrap_or(usize::MAX)));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let counted = self.disk.disk().count_whole(&self.path);
        let mut node = self.node();
        if counted.is_ok() {
            for change in std::mem::take(&mut node.pending) {
                change.apply(&mut node.durable);
            }
            drop(node);
            self.disk.disk().syncs += 1;
        } else if !self.disk.disk().dark {
            node.pending.clear();
        }
        counted
    }
}

fn dark(path: &Path) -> io::Error {
    io::Error::other(format!("the power is gone, `{}`", path.display()))
}

fn full(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, format!("no space left on device for `{}`", path.display()))
}

fn broken(path: &Path) -> io::Error {
    io::Error::other(format!("input/output error on `{}`", path.display()))
}

/// A small generator of numbers that look random (Steele, Lea, Flood: SplitMix).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
