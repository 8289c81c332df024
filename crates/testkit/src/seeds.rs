//! The seeds of a fuzz target: files that changes are made to.

use std::path::Path;

/// The contents of all files of a directory, in the order of their names.
///
/// # Panics
/// When the directory or a file of it cannot be read.
pub fn seeds(directory: &Path) -> Vec<Vec<u8>> {
    let entries = fs_err::read_dir(directory).expect("the seeds are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs_err::read(path).expect("a seed")).collect()
}
