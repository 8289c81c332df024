//! The files of segments that are open for reading: a bounded number of them, whatever the store holds.
//!
//! What must stay true: a file is opened when it is read and not open, in place of the one that was read longest ago. Whoever
//! reads a file that was closed meanwhile keeps it until the read is done.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use crate::locks;
use crate::segment::Segment;
use crate::storage::{Storage, StorageFile};

/// See the module.
#[derive(Debug)]
pub(crate) struct OpenFiles {
    files_max: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By the segment's number: the file, and when it was asked for last.
    by_number: HashMap<u64, (Arc<dyn StorageFile>, u64)>,
    asked: u64,
}

impl OpenFiles {
    /// Keeps at most so many files open, at least one.
    pub(crate) fn new(files_max: usize) -> Self {
        Self { files_max: files_max.max(1), state: Mutex::default() }
    }

    /// The file of a segment.
    pub(crate) fn get(&self, storage: &dyn Storage, segment: &Segment) -> io::Result<Arc<dyn StorageFile>> {
        {
            let mut state = locks::lock(&self.state);
            state.asked += 1;
            let asked = state.asked;
            if let Some((file, last_asked)) = state.by_number.get_mut(&segment.number) {
                *last_asked = asked;
                return Ok(Arc::clone(file));
            }
        }
        let file: Arc<dyn StorageFile> = storage.open_read_only(&segment.path)?.into();
        self.put(segment.number, Arc::clone(&file));
        Ok(file)
    }

    /// Takes in a file that is open already.
    pub(crate) fn put(&self, segment_number: u64, file: Arc<dyn StorageFile>) {
        let mut state = locks::lock(&self.state);
        state.asked += 1;
        let asked = state.asked;
        state.by_number.insert(segment_number, (file, asked));
        if state.by_number.len() > self.files_max {
            let oldest = state.by_number.iter().min_by_key(|(_, (_, last_asked))| *last_asked);
            if let Some(oldest) = oldest.map(|(number, _)| *number) {
                state.by_number.remove(&oldest);
            }
        }
    }

    /// Closes the file of a segment that is removed.
    pub(crate) fn forget(&self, segment_number: u64) {
        locks::lock(&self.state).by_number.remove(&segment_number);
    }

    /// How many files are open.
    pub(crate) fn count(&self) -> usize {
        locks::lock(&self.state).by_number.len()
    }
}
