//! What stands in a directory behind a name, without a look at what stands before it.
//!
//! A log store asks before and after each commit which versions are newer than the one it knows. `object_store`'s own listing asks
//! the system about every file of the directory, and a `_delta_log` holds a file for each version that clean-up has left. What
//! must stay true: the answer is the one of `object_store`, but for its order, which is none there either.

use std::io::{ErrorKind, Result};
use std::path::Path as FilePath;

use object_store::path::Path;

/// The files directly in `directory`, which is `prefix` in the store, that come after `offset`. `None` where a look at the names is
/// not enough: there are directories behind `offset`, links, or names that the store writes in another way.
pub(super) fn files_after(directory: &FilePath, prefix: &Path, offset: &Path) -> Result<Option<Vec<Path>>> {
    let entries = match fs_err::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(Vec::new())),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { return Ok(None) };
        if is_staged(name) {
            continue;
        }
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            return Ok(None);
        }
        let location = prefix.clone().join(name);
        if location <= *offset {
            continue;
        }
        if !entry.file_type()?.is_file() {
            return Ok(None);
        }
        files.push(location);
    }
    Ok(Some(files))
}

/// The name of a file that is being written, which no listing shows: `<name>#<number>`.
fn is_staged(name: &str) -> bool {
    name.rsplit_once('#')
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::TryStreamExt;
    use object_store::local::LocalFileSystem;
    use object_store::{ObjectMeta, ObjectStore};

    use super::*;
    use crate::table::{SyncedLocalStore, sync_path};

    async fn listed(store: &dyn ObjectStore, prefix: &Path, offset: &Path) -> Vec<ObjectMeta> {
        let mut files: Vec<ObjectMeta> =
            store.list_with_offset(Some(prefix), offset).try_collect().await.expect("a listing");
        files.sort_by(|one, other| one.location.cmp(&other.location));
        files
    }

    #[tokio::test]
    async fn a_listing_from_a_version_on_is_that_of_object_store() {
        let directory = tempfile::tempdir().expect("a directory");
        let log = directory.path().join("_delta_log");
        fs_err::create_dir(&log).expect("made");
        let ours = SyncedLocalStore::shared(Arc::new(sync_path));
        let theirs = LocalFileSystem::new();
        let prefix = Path::from_absolute_path(&log).expect("absolute");
        let files = ["3.json", "4.json", "4.checkpoint.parquet", "5.json", "_last_checkpoint", "6.json#1"];
        for name in files {
            fs_err::write(log.join(name), name).expect("written");
        }
        let check = async |expected: [usize; 3]| {
            for (offset, expected) in ["0", "4.json", "zz"].into_iter().zip(expected) {
                let offset = prefix.clone().join(offset);
                let found = listed(&ours, &prefix, &offset).await;
                assert_eq!(found, listed(&theirs, &prefix, &offset).await, "after {offset}");
                assert_eq!(found.len(), expected, "after {offset}");
            }
        };
        check([5, 2, 0]).await;
        // Behind the offset there is more than files, and a name that is written otherwise.
        fs_err::create_dir(log.join("_sidecars")).expect("made");
        fs_err::write(log.join("_sidecars/part.parquet"), "a part").expect("written");
        check([6, 3, 0]).await;
        fs_err::write(log.join("9 of 10.json"), "blanks").expect("written");
        check([7, 4, 0]).await;
        let missing = directory.path().join("none");
        let missing = Path::from_absolute_path(missing).expect("absolute");
        assert!(listed(&ours, &missing, &missing.clone().join("0")).await.is_empty());
    }
}
