//! The local file system as an object store whose writes are on disk before they are reported.
//!
//! `object_store`'s own `LocalFileSystem` never syncs, so a committed version could vanish, or come back empty, after a
//! power loss. What must stay true: an object's bytes are synced before its name appears, its directory is synced before
//! the write is reported, directories made on the way are synced into theirs, and after one failed sync nothing more is
//! written (the page cache may have dropped what it was asked to keep).

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use fs_err::os::unix::fs::OpenOptionsExt;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
    UploadPart,
};

use super::listing::files_after;

const STORE: &str = "local file system";

/// Syncs a file or a directory. The real one is [`sync_path`]; tests pass one that records or fails.
pub(crate) type Sync = Arc<dyn Fn(&FilePath) -> io::Result<()> + Send + std::marker::Sync>;

/// Waits until the file or directory at `path` is on disk.
pub(crate) fn sync_path(path: &FilePath) -> io::Result<()> {
    fs_err::File::open(path)?.sync_all()
}

/// A sync that failed. Whoever meets it must not take the write for durable, whatever a later look at the files shows.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path} could not be synced to disk ({source}): nothing more is written until a restart")]
pub(crate) struct SyncError {
    path: String,
    source: Arc<io::Error>,
}

/// Says whether `error`, or anything that caused it, is a [`SyncError`].
pub(crate) fn is_sync_failure(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if current.is::<SyncError>() {
            return true;
        }
        cause = current.source();
    }
    false
}

/// A [`LocalFileSystem`] rooted at `/` that syncs; see the top of this file.
#[derive(Clone)]
pub(crate) struct SyncedLocalStore {
    inner: Arc<LocalFileSystem>,
    disk: Disk,
}

/// How bytes get onto the disk; cheap to clone into a blocking task.
#[derive(Clone)]
struct Disk {
    sync: Sync,
    failed: Arc<AtomicBool>,
    file_mode: u32,
    directory_mode: u32,
}

impl SyncedLocalStore {
    /// A store for tables that anyone on this machine may read, as far as the umask lets them.
    pub(crate) fn shared(sync: Sync) -> Self {
        Self::with_modes(sync, 0o666, 0o777)
    }

    /// A store for tables that hold secrets: files 0600 in directories 0700.
    pub(crate) fn private(sync: Sync) -> Self {
        Self::with_modes(sync, 0o600, 0o700)
    }

    fn with_modes(sync: Sync, file_mode: u32, directory_mode: u32) -> Self {
        let failed = Arc::new(AtomicBool::new(false));
        Self {
            inner: Arc::new(LocalFileSystem::new()),
            disk: Disk { sync, failed, file_mode, directory_mode },
        }
    }
}

impl fmt::Debug for SyncedLocalStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SyncedLocalStore({})", self.inner)
    }
}

impl fmt::Display for SyncedLocalStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "synced {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for SyncedLocalStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        if matches!(options.mode, PutMode::Update(_)) {
            return self.inner.put_opts(location, payload, options).await;
        }
        let target = self.inner.path_to_filesystem(location)?;
        let disk = self.disk.clone();
        blocking(move || disk.put(&target, &payload, &options.mode)).await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let target = self.inner.path_to_filesystem(location)?;
        let (disk, directory) = (self.disk.clone(), parent_of(&target)?.to_path_buf());
        blocking(move || {
            disk.refuse_after_failure()?;
            disk.make_directories(&directory)
        })
        .await?;
        let upload = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(SyncedUpload { upload, target, disk: self.disk.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, prefix, offset) = (self.clone(), prefix.cloned(), offset.clone());
        let listed = async move {
            let found = store.list_after(prefix, &offset).await?;
            Ok::<_, Error>(futures_util::stream::iter(found.into_iter().map(Ok)))
        };
        futures_util::stream::once(listed).try_flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await?;
        self.settle(to).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await?;
        self.settle(to).await
    }
}

impl SyncedLocalStore {
    async fn list_after(&self, prefix: Option<Path>, offset: &Path) -> Result<Vec<ObjectMeta>> {
        let names = match &prefix {
            Some(prefix) => {
                let directory = self.inner.path_to_filesystem(prefix)?;
                let (prefix, offset) = (prefix.clone(), offset.clone());
                blocking(move || files_after(&directory, &prefix, &offset).map_err(generic)).await?
            }
            None => None,
        };
        let Some(names) = names else {
            return self.inner.list_with_offset(prefix.as_ref(), offset).try_collect().await;
        };
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            match self.inner.head(&name).await {
                Ok(file) => found.push(file),
                // Removed since its name was read.
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn settle(&self, location: &Path) -> Result<()> {
        let target = self.inner.path_to_filesystem(location)?;
        let disk = self.disk.clone();
        blocking(move || disk.settle(&target)).await
    }
}

/// A multipart upload that is synced before it counts as complete.
#[derive(Debug)]
struct SyncedUpload {
    upload: Box<dyn MultipartUpload>,
    target: PathBuf,
    disk: Disk,
}

#[async_trait]
impl MultipartUpload for SyncedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.upload.complete().await?;
        let (disk, target) = (self.disk.clone(), self.target.clone());
        blocking(move || disk.settle(&target)).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

impl Disk {
    fn put(&self, target: &FilePath, payload: &PutPayload, mode: &PutMode) -> Result<()> {
        self.refuse_after_failure()?;
        let directory = parent_of(target)?;
        self.make_directories(directory)?;
        let staged = self.stage(target, payload)?;
        let named = self.synced(&staged).and_then(|()| match mode {
            PutMode::Create => fs_err::hard_link(&staged, target).map_err(|error| already(error, target)),
            _ => fs_err::rename(&staged, target).map_err(generic),
        });
        if named.is_err() || matches!(mode, PutMode::Create) {
            // Left behind it does no harm: listings skip names that end in `#<number>`.
            let _ = fs_err::remove_file(&staged);
        }
        named?;
        self.synced(directory)
    }

    /// Writes the bytes beside their target under a name of `object_store`'s own form, `<target>#<number>`.
    fn stage(&self, target: &FilePath, payload: &PutPayload) -> Result<PathBuf> {
        for attempt in 1_u32.. {
            let mut name = target.as_os_str().to_owned();
            name.push(format!("#{attempt}"));
            let staged = PathBuf::from(name);
            let mut open = fs_err::OpenOptions::new();
            open.write(true).create_new(true).mode(self.file_mode);
            match open.open(&staged) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(generic(error)),
                Ok(mut file) => {
                    let written = payload.iter().try_for_each(|bytes| file.write_all(bytes));
                    if let Err(error) = written {
                        let _ = fs_err::remove_file(&staged);
                        return Err(generic(error));
                    }
                    return Ok(staged);
                }
            }
        }
        Err(generic(io::Error::other(format!("{}: no free staging name", target.display()))))
    }

    /// Makes `directory` and what is missing above it, each synced into its parent.
    fn make_directories(&self, directory: &FilePath) -> Result<()> {
        let missing: Vec<&FilePath> = directory.ancestors().take_while(|path| !path.exists()).collect();
        for path in missing.into_iter().rev() {
            let mut builder = std::fs::DirBuilder::new();
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, self.directory_mode);
            match builder.create(path) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(generic(io::Error::new(
                        error.kind(),
                        format!("{}: {error}", path.display()),
                    )));
                }
                _ => self.synced(parent_of(path)?)?,
            }
        }
        Ok(())
    }

    /// Syncs a file that has its name already, and its directory.
    fn settle(&self, target: &FilePath) -> Result<()> {
        self.synced(target)?;
        self.synced(parent_of(target)?)
    }

    fn synced(&self, path: &FilePath) -> Result<()> {
        (self.sync)(path).map_err(|error| {
            self.failed.store(true, Ordering::SeqCst);
            let path = path.display().to_string();
            generic(SyncError { path, source: Arc::new(error) })
        })
    }

    fn refuse_after_failure(&self) -> Result<()> {
        if self.failed.load(Ordering::SeqCst) {
            let path = String::from("an earlier file");
            let source = Arc::new(io::Error::other("see the first error"));
            return Err(generic(SyncError { path, source }));
        }
        Ok(())
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Disk").field("failed", &self.failed).finish_non_exhaustive()
    }
}

fn parent_of(path: &FilePath) -> Result<&FilePath> {
    let missing = || generic(io::Error::other(format!("{} has no parent directory", path.display())));
    path.parent().ok_or_else(missing)
}

fn already(error: io::Error, target: &FilePath) -> Error {
    if error.kind() == ErrorKind::AlreadyExists {
        return Error::AlreadyExists { path: target.display().to_string(), source: Box::new(error) };
    }
    generic(error)
}

fn generic(source: impl std::error::Error + Send + std::marker::Sync + 'static) -> Error {
    Error::Generic { store: STORE, source: Box::new(source) }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(source) => Err(Error::JoinError { source }),
    }
}
