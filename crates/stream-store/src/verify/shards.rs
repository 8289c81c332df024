//! The runs of all segments together, against the catalog: no record between the trim and the tip of a shard is missing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::report::VerifyReport;
use crate::catalog::CatalogContent;
use crate::frame::FrameHeader;
use crate::recovery;
use crate::segment::FooterRow;

const MISSING: &str = "restore the missing segment from a copy; the store does not open before, since it would be silent about the loss";
const OPENS_NOT: &str = "the store does not open before";
const CATALOG: &str = "restore the catalog and the segments from copies of one moment";

/// One consecutive run of a shard.
struct Run {
    first_counter: u64,
    last_counter: u64,
    path: usize,
}

/// What the catalog says of a shard.
struct Known {
    trimmed_through: u64,
    /// The last counter of a closed shard.
    closed_at: Option<u64>,
}

/// All shards: what the catalog says, and what was found.
pub(super) struct ShardsSeen {
    known: HashMap<(u64, u32), Known>,
    /// Without the catalog nothing can be said of what is missing.
    catalog: bool,
    streams: HashSet<u64>,
    /// The id of the next stream; none is ahead of a catalog that cannot be read.
    next_stream_id: u64,
    /// The last file with records of streams that the catalog has not made yet, and those streams.
    ahead: Option<(PathBuf, HashSet<u64>)>,
    runs: BTreeMap<(u64, u32), Vec<Run>>,
    paths: Vec<PathBuf>,
}

impl ShardsSeen {
    /// What the catalog says; `None` when it cannot be read.
    pub(super) fn new(content: Option<&CatalogContent>) -> Self {
        let mut known = HashMap::new();
        let mut streams = HashSet::new();
        for stream in content.iter().flat_map(|content| &content.streams) {
            streams.insert(stream.id);
            for shard in &stream.shards {
                let closed_at = shard.closed.map(|end| end.last_counter);
                known.insert((stream.id, shard.id.0), Known { trimmed_through: 0, closed_at });
            }
        }
        for trim in content.iter().flat_map(|content| &content.trims) {
            if let Some(shard) = known.get_mut(&(trim.stream_id, trim.shard.0)) {
                shard.trimmed_through = trim.through_counter;
            }
        }
        Self {
            known,
            catalog: content.is_some(),
            streams,
            next_stream_id: content.map_or(u64::MAX, |content| content.next_stream_id),
            ahead: None,
            runs: BTreeMap::new(),
            paths: Vec::new(),
        }
    }

    /// Whether a frame has records that are still kept.
    pub(super) fn is_kept(&self, header: &FrameHeader) -> bool {
        let known = self.known.get(&(header.stream_id, header.shard));
        known.is_some_and(|known| header.last_counter() > known.trimmed_through)
    }

    /// Reports a stream that the catalog has not made yet, once for each file.
    fn check_stream(&mut self, stream_id: u64, path: &Path, offset: u64, report: &mut VerifyReport) {
        if stream_id < self.next_stream_id || !self.catalog {
            return;
        }
        if !self.is_ahead(path) {
            self.ahead = Some((path.to_owned(), HashSet::new()));
        }
        if self.ahead.as_mut().is_some_and(|(_, streams)| streams.insert(stream_id)) {
            report.problem(path, offset, recovery::ahead(stream_id, self.next_stream_id), OPENS_NOT);
        }
    }

    /// Whether this file, the last one that was looked at, has records of a stream that the catalog has not made yet.
    fn is_ahead(&self, path: &Path) -> bool {
        self.ahead.as_ref().is_some_and(|(known, _)| known == path)
    }

    /// Takes in a run that a footer names.
    pub(super) fn run(&mut self, row: &FooterRow, path: &Path, report: &mut VerifyReport) {
        self.check_stream(row.stream_id, path, row.index.offset, report);
        self.push((row.stream_id, row.shard), row.first_counter, row.last_counter, path);
    }

    /// Takes in a frame of a segment without a footer.
    pub(super) fn frame(
        &mut self,
        header: &FrameHeader,
        offset: u64,
        path: &Path,
        report: &mut VerifyReport,
    ) {
        self.check_stream(header.stream_id, path, offset, report);
        let key = (header.stream_id, header.shard);
        let place = self.paths.len().wrapping_sub(1);
        let last = self.runs.get_mut(&key).and_then(|runs| runs.last_mut());
        if let Some(last) = last
            && last.last_counter.saturating_add(1) == header.first_counter
            && last.path == place
            && self.paths.last().is_some_and(|known| known == path)
        {
            last.last_counter = header.last_counter();
            return;
        }
        self.push(key, header.first_counter, header.last_counter(), path);
    }

    fn push(&mut self, key: (u64, u32), first_counter: u64, last_counter: u64, path: &Path) {
        let kept = self.known.get(&key).is_some_and(|known| last_counter > known.trimmed_through);
        if !kept {
            return;
        }
        if self.paths.last().is_none_or(|known| known != path) {
            self.paths.push(path.to_owned());
        }
        self.runs.entry(key).or_default().push(Run {
            first_counter,
            last_counter,
            path: self.paths.len() - 1,
        });
    }

    /// Whether a run is kept in this file, the last one that was looked at.
    pub(super) fn is_needed(&self, path: &Path) -> bool {
        !self.catalog || self.paths.last().is_some_and(|known| known == path) || self.is_ahead(path)
    }

    /// Finds what is missing between the runs.
    pub(super) fn finish(mut self, catalog_path: &Path, report: &mut VerifyReport) {
        for (key, runs) in &mut self.runs {
            let Some(known) = self.known.get(key) else { continue };
            runs.sort_by_key(|run| run.first_counter);
            let mut expected = known.trimmed_through + 1;
            let (stream, shard) = key;
            for (index, run) in runs.iter().enumerate() {
                let continues = run.first_counter == expected || (index == 0 && run.first_counter < expected);
                if !continues {
                    let from = run.first_counter;
                    let what = format!(
                        "shard {shard} of stream number {stream} goes on with record {from}, not with {expected}"
                    );
                    report.problem(&self.paths[run.path], 0, what, MISSING);
                }
                expected = run.last_counter.saturating_add(1);
            }
        }
        for ((stream, shard), known) in &self.known {
            let Some(closed_at) = known.closed_at else { continue };
            let runs = self.runs.get(&(*stream, *shard));
            let end = runs.and_then(|runs| runs.last()).map_or(known.trimmed_through, |run| run.last_counter);
            if end != closed_at && self.streams.contains(stream) {
                let what = format!(
                    "shard {shard} of stream number {stream} was closed at record {closed_at}, its records end at {end}"
                );
                report.problem(catalog_path, 0, what, CATALOG);
            }
        }
    }
}
