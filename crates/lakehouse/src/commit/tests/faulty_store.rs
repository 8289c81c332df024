//! An object store that fails or lies about chosen writes of the Delta log.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// What becomes of one put of a commit file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It goes well.
    None,
    /// Nothing is written and the answer is an error.
    LostRequest,
    /// It is written and the answer is an error.
    LostAnswer,
    /// It is written and the answer is that it was there already, as when a retry meets its own success.
    MetItself,
    /// Nothing is written, the answer is that all is well.
    Lie,
    /// It is written, the answer is an error, and from then on the log cannot be listed or read.
    LostAnswerAndLog,
}

/// See the top of this file. Faults are taken from the front, one per commit file; after the last all goes well.
#[derive(Debug)]
pub(super) struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    faults: Mutex<VecDeque<Fault>>,
    blind: Mutex<bool>,
}

impl FaultyStore {
    pub(super) fn over(inner: Arc<dyn ObjectStore>) -> Arc<Self> {
        Arc::new(Self { inner, faults: Mutex::default(), blind: Mutex::default() })
    }

    /// Sets what becomes of the next commit files.
    pub(super) fn plan(&self, faults: &[Fault]) {
        *self.blind.lock().expect("not poisoned") = false;
        *self.faults.lock().expect("not poisoned") = faults.iter().copied().collect();
    }

    fn check_sight(&self) -> Result<()> {
        if *self.blind.lock().expect("not poisoned") { Err(broken("the log cannot be read")) } else { Ok(()) }
    }
}

fn broken(message: &str) -> Error {
    Error::Generic { store: "faulty", source: message.into() }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("faulty store")
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let is_commit = location.as_ref().contains("_delta_log") && location.extension() == Some("json");
        let planned = is_commit.then(|| self.faults.lock().expect("not poisoned").pop_front()).flatten();
        let fault = planned.unwrap_or(Fault::None);
        match fault {
            Fault::LostRequest => return Err(broken("connection reset before the request")),
            Fault::Lie => return Ok(PutResult { e_tag: None, version: None }),
            _ => {}
        }
        let result = self.inner.put_opts(location, payload, options).await?;
        match fault {
            Fault::LostAnswer => Err(broken("connection reset before the answer")),
            Fault::MetItself => {
                let source = "the precondition failed".into();
                Err(Error::AlreadyExists { path: location.to_string(), source })
            }
            Fault::LostAnswerAndLog => {
                *self.blind.lock().expect("not poisoned") = true;
                Err(broken("connection reset before the answer"))
            }
            _ => Ok(result),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.check_sight()?;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.check_sight() {
            Ok(()) => self.inner.list(prefix),
            Err(error) => futures_util::stream::once(async { Err(error) }).boxed(),
        }
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.check_sight() {
            Ok(()) => self.inner.list_with_offset(prefix, offset),
            Err(error) => futures_util::stream::once(async { Err(error) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.check_sight()?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
