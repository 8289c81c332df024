//! Where a pipeline's rows go: tables by name, below `tables/`, or by URL.

use std::path::{Path, PathBuf};

use alluvium_lakehouse::{QuarantineOptions, SinkOptions};
use url::Url;

use super::raw::RawPipeline;
use crate::config::raw::Text;
use crate::config::resolve::Resolver;
use crate::failure::Failure;

impl Resolver<'_> {
    /// The table, with its quarantine beside it unless that is dropped.
    pub(super) fn sink(&self, raw: &RawPipeline, drop_quarantine: bool) -> Result<SinkOptions, Failure> {
        let mut sink = SinkOptions::new(self.table_url(&raw.table)?);
        if drop_quarantine {
            sink.quarantine = QuarantineOptions::Drop;
        }
        Ok(sink)
    }

    /// A table by its name below `tables/`, or by a URL of an object store.
    fn table_url(&self, own: &Text) -> Result<Url, Failure> {
        let value = self.text(own)?;
        if value.contains("://") && !value.starts_with("file://") {
            return Err(self.wrong(
                own,
                &format!("table {value:?}: object stores are not reached yet, name a table or a file:// URL"),
            ));
        }
        if value.starts_with("file://") {
            return Url::parse(&value)
                .map_err(|error| self.wrong(own, &format!("table {value:?} is no URL: {error}")));
        }
        directory_url(&self.table_path(&value)).map_err(|message| self.wrong(own, &message))
    }

    pub(super) fn table_path(&self, name: &str) -> PathBuf {
        self.tables_dir.join(name)
    }
}

/// The `file:` URL of a directory that may not exist yet.
pub(crate) fn directory_url(path: &Path) -> Result<Url, String> {
    let absolute = std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Url::from_directory_path(&absolute).map_err(|()| format!("{}: no directory path", absolute.display()))
}
