//! Which row is posted next, and how far a run that goes through the rows in order has come.
//!
//! What must stay true: a run that is resumed leaves out no row that was not acknowledged, but for those that the server
//! refused and that the report counted as errors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use fs_err as fs;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::StartError;
use crate::limits::RESUME_FILE_BYTES_MAX;

/// Which row is posted next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowChoice {
    /// Any row, each as likely as any other, as often as it is drawn.
    #[default]
    Random,
    /// Each row once, in the order of the keys.
    Sequential,
}

/// The rows of one run, in the order in which they are posted.
pub(super) enum Rows {
    Random { below: u64, numbers: Box<ChaCha8Rng> },
    Sequential { next: u64, below: u64 },
}

impl Rows {
    pub(super) fn next(&mut self) -> Option<u64> {
        match self {
            Self::Random { below, numbers } => (*below > 0).then(|| numbers.random_range(0..*below)),
            Self::Sequential { next, below } => {
                let row = (*next < *below).then_some(*next)?;
                *next += 1;
                Some(row)
            }
        }
    }
}

/// The first row that is not done, kept up to date and written to a file.
#[derive(Debug, Clone)]
pub(super) struct Mark(Option<Arc<Marked>>);

#[derive(Debug)]
struct Marked {
    file: PathBuf,
    tables: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Rows that were handed out, with how many of their records are still to be done.
    open: BTreeMap<u64, usize>,
    /// The row after the last one that was handed out.
    next: u64,
}

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// The row to begin with.
    next_row: u64,
    /// What it is a row of.
    tables: Vec<String>,
}

impl Mark {
    /// Reads where to begin; without a file at the first row.
    pub(super) fn open(file: Option<&Path>, tables: Vec<String>) -> Result<(Self, u64), StartError> {
        let Some(file) = file else { return Ok((Self(None), 0)) };
        let failed = |problem: String| StartError::Resume { path: file.to_owned(), problem };
        let next = match read(file) {
            Ok(None) => 0,
            Ok(Some(resume)) if resume.tables == tables => resume.next_row,
            Ok(Some(resume)) => {
                return Err(failed(format!(
                    "it is of a run through {}, this one goes through {}: name another file",
                    resume.tables.join(", "),
                    tables.join(", ")
                )));
            }
            Err(problem) => return Err(failed(problem)),
        };
        let state = Mutex::new(State { open: BTreeMap::new(), next });
        Ok((Self(Some(Arc::new(Marked { file: file.to_owned(), tables, state }))), next))
    }

    /// A row is handed out, with so many records to be done.
    pub(super) fn begin(&self, row: u64, records: usize) {
        let Some(marked) = &self.0 else { return };
        let mut state = marked.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.insert(row, records);
        state.next = state.next.max(row + 1);
    }

    /// A record of a row was acknowledged, or given up for good.
    pub(super) fn done(&self, row: u64) {
        let Some(marked) = &self.0 else { return };
        let mut state = marked.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = state.open.get_mut(&row) {
            *left -= 1;
            if *left == 0 {
                state.open.remove(&row);
            }
        }
    }

    /// Writes where the next run begins; the file has the old mark or the new one, never half of one.
    pub(super) fn write(&self) -> std::io::Result<()> {
        let Some(marked) = &self.0 else { return Ok(()) };
        let next_row = {
            let state = marked.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.open.first_key_value().map_or(state.next, |(row, _)| *row)
        };
        let text = serde_json::to_vec(&Resume { next_row, tables: marked.tables.clone() })?;
        let unfinished = marked.file.with_extension("unfinished");
        fs::write(&unfinished, text)?;
        fs::rename(&unfinished, &marked.file)
    }
}

fn read(file: &Path) -> Result<Option<Resume>, String> {
    let length = match fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if length > RESUME_FILE_BYTES_MAX {
        return Err("it is too large to be one of ours: name another file".to_owned());
    }
    let text = fs::read(file).map_err(|error| error.to_string())?;
    let parsed = serde_json::from_slice(&text);
    parsed
        .map(Some)
        .map_err(|error| format!("it is not one of ours ({error}): name another file, or remove it"))
}
