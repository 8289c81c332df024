//! Looking at the directory of a store that nobody has open: is all that was written there as it was written, and how much
//! is it.
//!
//! What must stay true: nothing is written but the lock is held; the segments are read in pieces, and what is kept in memory
//! is what opening the store keeps.

mod report;
mod runs;
mod shards;
mod walk;

use std::collections::HashMap;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use crate::catalog::{CATALOG_FILE, Catalog, CatalogContent};
use crate::error::OpenError;
use crate::open::{FORMAT_FILE, LOCK_FILE, is_format};
use crate::recovery;
use crate::segment::{Footer, RetentionClass, Segment, SyncedMarks};
use crate::storage::{Storage, StorageFile};
use crate::window::Window;
pub use report::{Finding, InspectError, Progress, StoreTally, StreamTally, Tally, VerifyReport};
use runs::Rows;
use shards::ShardsSeen;
use walk::{Step, Walk};

const RESTORE: &str = "restore the file from a copy; without one its intact records can still be read";
const RESTORE_WHOLE: &str = "restore the file from a copy; the store does not open before";

/// Checks the directory of a store that nobody has open: every segment's header, every frame's checksums and records, the
/// footers against the frames, the counters of every shard for order and holes, the catalog's pages, the catalog against the
/// segments, and what does not belong there. Files named in `others` are known to be somebody else's and are passed over.
///
/// Only reads. Reads all segments once; memory is that of opening the store and a few MiB. `progress` is told of each few MiB.
///
/// # Errors
/// [`OpenError::Locked`] when a process has the store open, [`OpenError::NewerVersion`], [`OpenError::NotAStore`], and what the
/// operating system refuses. What is broken is not an error but in the report.
pub fn verify_directory(
    storage: &dyn Storage,
    dir: &Path,
    others: &[&str],
    progress: &mut dyn FnMut(Progress),
) -> Result<VerifyReport, InspectError> {
    inspect(storage, dir, Some(others), progress)
}

/// Counts what the directory of a store holds that nobody has open. Only reads; see [`verify_directory`], but that the records'
/// checksums are not proven. Give [`StoreTally::streams`] a cut where a list is too long to show.
///
/// # Errors
/// As [`verify_directory`], and what is broken too much to be counted.
pub fn tally_directory(
    storage: &dyn Storage,
    dir: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<StoreTally, InspectError> {
    Ok(inspect(storage, dir, None, progress)?.tally)
}

/// The work of both.
struct Inspection<'a> {
    storage: &'a dyn Storage,
    dir: &'a Path,
    check: bool,
    others: &'a [&'a str],
    report: VerifyReport,
    seen: ShardsSeen,
    /// How far the catalog says that segments are synced.
    synced: SyncedMarks,
    by_stream: HashMap<u64, Tally>,
    progress: &'a mut dyn FnMut(Progress),
    bytes: Progress,
}

/// With the names of others' files everything is checked, without them it is only counted.
fn inspect(
    storage: &dyn Storage,
    dir: &Path,
    others: Option<&[&str]>,
    progress: &mut dyn FnMut(Progress),
) -> Result<VerifyReport, InspectError> {
    let names = storage.list(dir)?;
    let _lock = take_lock(storage, dir, &names)?;
    let mut report = VerifyReport::default();
    let format = dir.join(FORMAT_FILE);
    let has_format = names.iter().any(|name| name == FORMAT_FILE);
    let is_valid = match if has_format { is_format(storage, &format) } else { Ok(false) } {
        Err(OpenError::Corrupt(_)) => false,
        other => other?,
    };
    if !is_valid {
        if !names.iter().any(|name| name == CATALOG_FILE || Segment::parse_name(name).is_some()) {
            let reason = format!("it has no valid file {FORMAT_FILE:?}");
            return Err(OpenError::NotAStore { dir: dir.to_owned(), reason }.into());
        }
        report.problem(&format, 0, "the format file is missing or not as it was written", RESTORE_WHOLE);
    }
    let content = read_catalog(storage, dir, &names, &mut report)?;
    let mut inspection = Inspection {
        storage,
        dir,
        check: others.is_some(),
        others: others.unwrap_or_default(),
        report,
        seen: ShardsSeen::new(content.as_ref()),
        synced: content.as_ref().map(|content| content.synced).unwrap_or_default(),
        by_stream: HashMap::new(),
        progress,
        bytes: Progress { bytes: 0, bytes_all: 0 },
    };
    inspection.all_segments(&names)?;
    let Inspection { mut report, seen, mut by_stream, .. } = inspection;
    seen.finish(&dir.join(CATALOG_FILE), &mut report);
    let streams = content.into_iter().flat_map(|content| content.streams);
    report.tally.streams = streams
        .map(|stream| {
            let shards_open = stream.open_shards().len();
            StreamTally {
                shards_open: shards_open as u64,
                shards_closed: (stream.shards.len() - shards_open) as u64,
                records: by_stream.remove(&stream.id).unwrap_or_default(),
                name: stream.name,
                stream_id: stream.stream_id,
            }
        })
        .collect();
    report
        .tally
        .streams
        .sort_by(|a, b| b.records.bytes.cmp(&a.records.bytes).then_with(|| a.name.cmp(&b.name)));
    Ok(report)
}

/// A directory that was copied may be without a lock file, and then nobody has it open.
fn take_lock(
    storage: &dyn Storage,
    dir: &Path,
    names: &[String],
) -> Result<Option<Box<dyn Debug + Send + Sync>>, InspectError> {
    if !names.iter().any(|name| name == LOCK_FILE) {
        return Ok(None);
    }
    let lock = storage.lock(&dir.join(LOCK_FILE))?;
    Ok(Some(lock.ok_or_else(|| OpenError::Locked { dir: dir.to_owned() })?))
}

fn read_catalog(
    storage: &dyn Storage,
    dir: &Path,
    names: &[String],
    report: &mut VerifyReport,
) -> Result<Option<CatalogContent>, InspectError> {
    let path = dir.join(CATALOG_FILE);
    if !names.iter().any(|name| name == CATALOG_FILE) {
        report.problem(&path, 0, "the catalog is missing", RESTORE_WHOLE);
        return Ok(None);
    }
    let file = storage.open_read_only(&path)?;
    let length = file.length()?;
    report.tally.catalog_bytes = length;
    if length == 0 {
        report.problem(&path, 0, "the catalog is empty", RESTORE_WHOLE);
        return Ok(None);
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
    file.read_exact_at(&mut bytes, 0)?;
    match Catalog::load_copy(&path, bytes) {
        Ok(content) => Ok(Some(content)),
        Err(newer @ OpenError::NewerVersion { .. }) => Err(newer.into()),
        Err(error) => {
            report.problem(&path, 0, error.to_string(), RESTORE_WHOLE);
            Ok(None)
        }
    }
}

impl Inspection<'_> {
    fn all_segments(&mut self, names: &[String]) -> Result<(), InspectError> {
        let mut segments: Vec<(u64, RetentionClass, PathBuf)> = Vec::new();
        for name in names {
            let path = self.dir.join(name);
            match Segment::parse_name(name) {
                Some((class, number)) => {
                    self.bytes.bytes_all += self.storage.open_read_only(&path)?.length()?;
                    segments.push((number, class, path));
                }
                None if matches!(name.as_str(), LOCK_FILE | FORMAT_FILE | CATALOG_FILE) => {}
                None if self.others.contains(&name.as_str()) => {}
                None => {
                    self.report.note(&path, 0, "a file that is not the store's", "remove it if you know it");
                }
            }
        }
        segments.sort();
        let found: Vec<_> = segments.iter().map(|(number, class, _)| (*number, *class)).collect();
        for (class, (number, end)) in recovery::missing(&self.synced, &found) {
            let path = Segment::path_of(self.dir, class, number);
            let what = format!("the segment is missing, its frames were synced up to byte {end}");
            self.report.problem(&path, 0, what, RESTORE_WHOLE);
        }
        let newest = RetentionClass::ALL
            .map(|class| segments.iter().rev().find(|(_, of, _)| *of == class).map(|(number, ..)| *number));
        for (number, class, path) in segments {
            self.segment(&path, class, number, newest[class as usize] == Some(number))?;
        }
        Ok(())
    }

    fn segment(
        &mut self,
        path: &Path,
        class: RetentionClass,
        number: u64,
        newest_of_class: bool,
    ) -> Result<(), InspectError> {
        let file = self.storage.open_read_only(path)?;
        let length = file.length()?;
        self.report.tally.segments += 1;
        self.report.tally.segment_bytes += length;
        self.content(path, &*file, class, number, newest_of_class)?;
        self.advance(length);
        Ok(())
    }

    fn content(
        &mut self,
        path: &Path,
        file: &dyn StorageFile,
        class: RetentionClass,
        number: u64,
        newest_of_class: bool,
    ) -> Result<(), InspectError> {
        let segment = match Segment::open(path.to_owned(), file, class, number) {
            Ok(Some(segment)) => segment,
            Ok(None) if newest_of_class && self.marked(number) == 0 => {
                let advice =
                    "nothing to do: opening the store removes it, and nothing acknowledged was in it";
                self.report.note(path, 0, "a segment that was being made when a crash came", advice);
                return Ok(());
            }
            Ok(None) => {
                self.report.problem(path, 0, "the segment's header is cut short", RESTORE_WHOLE);
                return Ok(());
            }
            Err(OpenError::Corrupt(corruption)) => {
                self.report.problem(path, corruption.offset, corruption.what, RESTORE_WHOLE);
                return Ok(());
            }
            Err(newer @ OpenError::NewerVersion { .. }) => {
                self.report.problem(path, 0, newer.to_string(), RESTORE_WHOLE);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        match segment.footer(file) {
            Ok(Some(footer)) => self.sealed(&segment, file, footer, class)?,
            Ok(None) => self.unsealed(&segment, file, class, newest_of_class)?,
            Err(OpenError::Corrupt(corruption)) => {
                self.report.problem(path, corruption.offset, corruption.what, RESTORE_WHOLE);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn sealed(
        &mut self,
        segment: &Segment,
        file: &dyn StorageFile,
        footer: Footer,
        class: RetentionClass,
    ) -> Result<(), InspectError> {
        let mut rows = Rows::new(footer.rows, segment, file);
        let mut walk = Walk::new(file, segment.salt, footer.frames_end, self.check);
        while let Some(step) = walk.next()? {
            match step {
                Step::Frame(offset, header) => {
                    let kept = self.seen.is_kept(&header);
                    if !rows.take(&header, offset) && kept {
                        let what = format!(
                            "the footer does not name records {} to {} of shard {} of stream number {}",
                            header.first_counter,
                            header.last_counter(),
                            header.shard,
                            header.stream_id
                        );
                        self.report.problem(&segment.path, offset, what, RESTORE);
                    }
                    self.count(&header, class, kept);
                }
                Step::Broken(offset, what) => {
                    rows.broken = true;
                    self.report.problem(&segment.path, offset, what, RESTORE);
                }
            }
        }
        rows.finish(&segment.path, &mut self.seen, &mut self.report);
        if !self.seen.is_needed(&segment.path) {
            let advice = "nothing to do: the next sweep removes it";
            self.report.note(&segment.path, 0, "nothing in this segment is kept any more", advice);
        }
        Ok(())
    }

    fn unsealed(
        &mut self,
        segment: &Segment,
        file: &dyn StorageFile,
        class: RetentionClass,
        newest_of_class: bool,
    ) -> Result<(), InspectError> {
        let length = file.length()?;
        if !newest_of_class {
            let what = "the segment has no valid footer, and newer segments of its class exist";
            self.report.problem(&segment.path, length, what, RESTORE_WHOLE);
        }
        let marked = self.marked(segment.number);
        if length < marked {
            let what = format!("the segment ends here, but it was synced up to byte {marked}");
            self.report.problem(&segment.path, length, what, RESTORE_WHOLE);
        }
        let mut walk = Walk::new(file, segment.salt, length, self.check);
        while let Some(step) = walk.next()? {
            match step {
                Step::Broken(offset, _)
                    if newest_of_class
                        && offset >= marked
                        && Window::new(file, length).zeros_begin(offset)? == offset =>
                {
                    // Written ahead.
                    break;
                }
                Step::Frame(offset, header) => {
                    self.seen.frame(&header, offset, &segment.path, &mut self.report);
                    self.count(&header, class, self.seen.is_kept(&header));
                }
                Step::Broken(offset, what)
                    if newest_of_class && offset >= marked && !walk.once_synced(offset)? =>
                {
                    let what = format!("a torn end of {} bytes: {what}", length - offset);
                    let advice = "nothing to do: opening the store cuts it, and nothing in it was acknowledged as synced";
                    self.report.note(&segment.path, offset, what, advice);
                    break;
                }
                Step::Broken(offset, what) => {
                    let what = format!("{what}, but it was written whole");
                    self.report.problem(&segment.path, offset, what, RESTORE_WHOLE);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, header: &crate::frame::FrameHeader, class: RetentionClass, kept: bool) {
        let (records, bytes) = (u64::from(header.record_count), header.frame_bytes as u64);
        let tally = &mut self.report.tally;
        if kept {
            self.by_stream.entry(header.stream_id).or_default().add(records, bytes, header.arrival_millis);
            tally.classes.entry(class.name()).or_default().add(records, bytes, header.arrival_millis);
            tally.records.add(records, bytes, header.arrival_millis);
        } else {
            tally.dead.add(records, bytes, header.arrival_millis);
        }
    }

    /// How far the catalog says that a segment is synced; 0 when it says nothing.
    fn marked(&self, number: u64) -> u64 {
        let marks = self.synced.iter().flatten().filter(|(of, _)| *of == number);
        marks.map(|(_, end)| *end).max().unwrap_or(0)
    }

    fn advance(&mut self, bytes: u64) {
        self.bytes.bytes += bytes;
        (self.progress)(self.bytes);
    }
}
