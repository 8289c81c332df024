//! The APIs on disk: one redb file, its format written down in `docs/format/apis.md`.
//!
//! What must stay true: a change is one transaction, synced before it returns; a file of a newer format is refused, not guessed at;
//! two processes never have the same file open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use serde::de::DeserializeOwned;

use crate::model::{Deployment, RestApi};

/// The format that this version writes.
const FORMAT: u64 = 1;
/// The file inside the directory.
const FILE_NAME: &str = "apis.redb";

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const REST_APIS: TableDefinition<&str, &[u8]> = TableDefinition::new("rest_apis");
const DEPLOYMENTS: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("deployments");

/// Why the stored APIs cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made.
    #[error("the directory of the APIs cannot be made")]
    Directory(#[source] std::io::Error),
    /// Another process has it open.
    #[error("{path} is in use by another process; stop it, or use another data directory")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a newer version.
    #[error("{path} has format {found}, this version reads up to {FORMAT}; use the newer version")]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// The format it says.
        found: u64,
    },
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the store says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// One of its documents is not what it should be.
    #[error("{path}: the document of {what} cannot be read")]
    Document {
        /// The file.
        path: PathBuf,
        /// Which document.
        what: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// A change that did not reach the disk and therefore did not happen.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be written; nothing was changed")]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// What the store says.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// An API with its deployments, as read at the start.
pub(crate) struct Loaded {
    pub(crate) api: Arc<RestApi>,
    pub(crate) deployments: Vec<Deployment>,
}

/// The open file.
pub(crate) struct StateFile {
    database: Database,
    path: PathBuf,
}

impl StateFile {
    pub(crate) fn open(directory: &Path) -> Result<(Self, Vec<Loaded>), OpenError> {
        fs_err::create_dir_all(directory).map_err(OpenError::Directory)?;
        let path = directory.join(FILE_NAME);
        match Database::create(&path) {
            Ok(database) => Self::load(database, path),
            Err(DatabaseError::DatabaseAlreadyOpen) => Err(OpenError::InUse { path }),
            Err(error) => Err(OpenError::Unreadable { path, source: error.into() }),
        }
    }

    pub(crate) fn in_memory() -> Result<(Self, Vec<Loaded>), OpenError> {
        let path = PathBuf::from("memory");
        match Builder::new().create_with_backend(InMemoryBackend::new()) {
            Ok(database) => Self::load(database, path),
            Err(error) => Err(OpenError::Unreadable { path, source: error.into() }),
        }
    }

    fn load(database: Database, path: PathBuf) -> Result<(Self, Vec<Loaded>), OpenError> {
        let unreadable =
            |error: redb::Error| OpenError::Unreadable { path: path.clone(), source: error.into() };
        let found = format_of(&database).map_err(unreadable)?;
        if found > FORMAT {
            return Err(OpenError::NewerFormat { path, found });
        }
        let (apis, deployments) = documents_of(&database).map_err(unreadable)?;
        let mut loaded = Vec::new();
        for (id, bytes) in apis {
            let api: RestApi = document(&path, &format!("API {id}"), &bytes)?;
            let mut of_api = Vec::new();
            for ((_, deployment_id), bytes) in deployments.iter().filter(|((api_id, _), _)| *api_id == id) {
                of_api.push(document(&path, &format!("deployment {deployment_id} of API {id}"), bytes)?);
            }
            loaded.push(Loaded { api: Arc::new(api), deployments: of_api });
        }
        Ok((Self { database, path }, loaded))
    }

    /// Stores an API, and a deployment with it, in one transaction.
    pub(crate) fn save(&self, api: &RestApi, deployment: Option<&Deployment>) -> Result<(), SaveError> {
        self.write(api, deployment).map_err(|source| SaveError { path: self.path.clone(), source })
    }

    fn write(
        &self,
        api: &RestApi,
        deployment: Option<&Deployment>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let transaction = self.database.begin_write()?;
        {
            let bytes = serde_json::to_vec(api)?;
            transaction.open_table(REST_APIS)?.insert(api.id.as_str(), bytes.as_slice())?;
            if let Some(deployment) = deployment {
                let bytes = serde_json::to_vec(deployment)?;
                let key = (api.id.as_str(), deployment.id.as_str());
                transaction.open_table(DEPLOYMENTS)?.insert(key, bytes.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

/// The format that the file says, written into it when it is new.
fn format_of(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    let found = {
        let mut meta = transaction.open_table(META)?;
        let found = meta.get("format")?.map(|value| value.value());
        if found.is_none() {
            meta.insert("format", FORMAT)?;
        }
        if found.unwrap_or(FORMAT) <= FORMAT {
            transaction.open_table(REST_APIS)?;
            transaction.open_table(DEPLOYMENTS)?;
        }
        found.unwrap_or(FORMAT)
    };
    transaction.commit()?;
    Ok(found)
}

type Documents = (Vec<(String, Vec<u8>)>, Vec<((String, String), Vec<u8>)>);

fn documents_of(database: &Database) -> Result<Documents, redb::Error> {
    let transaction = database.begin_read()?;
    let mut apis = Vec::new();
    for entry in transaction.open_table(REST_APIS)?.iter()? {
        let (id, bytes) = entry?;
        apis.push((id.value().to_owned(), bytes.value().to_vec()));
    }
    let mut deployments = Vec::new();
    for entry in transaction.open_table(DEPLOYMENTS)?.iter()? {
        let (key, bytes) = entry?;
        let (api_id, deployment_id) = key.value();
        deployments.push(((api_id.to_owned(), deployment_id.to_owned()), bytes.value().to_vec()));
    }
    Ok((apis, deployments))
}

fn document<T: DeserializeOwned>(path: &Path, what: &str, bytes: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(bytes).map_err(|source| OpenError::Document {
        path: path.to_owned(),
        what: what.to_owned(),
        source,
    })
}
