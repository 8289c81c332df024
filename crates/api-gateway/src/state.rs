//! The APIs on disk: one redb file, its format written down in `docs/format/apis.md`.
//!
//! What must stay true: a change is one transaction, synced before it returns; nobody but its owner can read the file; a file of a
//! newer format is refused, not guessed at; two processes never have the same file open.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err::os::unix::fs::OpenOptionsExt;
use redb::backends::InMemoryBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use serde::de::DeserializeOwned;

use crate::access::StoredUsage;
use crate::account::AccountState;
use crate::model::{Account, ApiKey, ClientCertificate, Deployment, DomainName, RestApi, UsagePlan};

/// The format that this version writes.
const FORMAT: u64 = 2;
/// The file inside the directory.
const FILE_NAME: &str = "apis.redb";

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const REST_APIS: TableDefinition<&str, &[u8]> = TableDefinition::new("rest_apis");
const DEPLOYMENTS: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("deployments");
/// What belongs to the account and to no API: (kind, id) to a document.
const ACCOUNT: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("account");

/// The kinds of documents in [`ACCOUNT`].
const KIND_SETTINGS: &str = "settings";
const KIND_API_KEY: &str = "api_key";
const KIND_USAGE_PLAN: &str = "usage_plan";
const KIND_DOMAIN_NAME: &str = "domain_name";
const KIND_CLIENT_CERTIFICATE: &str = "client_certificate";
/// Under `{plan id}/{key id}`.
const KIND_USAGE: &str = "usage";

/// Why the stored APIs cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or the file in it cannot be made.
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
    /// It holds something that this version does not know.
    #[error("{path} holds a document of kind '{kind}', which this version does not know")]
    UnknownKind {
        /// The file.
        path: PathBuf,
        /// The kind it says.
        kind: String,
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

/// Everything that was read at the start.
pub(crate) struct Loaded {
    pub(crate) apis: Vec<LoadedApi>,
    pub(crate) account: AccountState,
    /// By the ids of plan and key.
    pub(crate) usage: HashMap<(String, String), StoredUsage>,
}

/// An API with its deployments.
pub(crate) struct LoadedApi {
    pub(crate) api: Arc<RestApi>,
    pub(crate) deployments: Vec<Deployment>,
}

/// One step of a transaction.
pub(crate) enum Change<'a> {
    PutApi(&'a RestApi),
    /// With all its deployments.
    DeleteApi(&'a str),
    /// Of the API of this id.
    PutDeployment(&'a str, &'a Deployment),
    /// (API id, deployment id).
    DeleteDeployment(&'a str, &'a str),
    PutAccount(&'a Account),
    PutApiKey(&'a ApiKey),
    DeleteApiKey(&'a str),
    PutUsagePlan(&'a UsagePlan),
    DeleteUsagePlan(&'a str),
    /// With its base path mappings.
    PutDomainName(&'a DomainName),
    DeleteDomainName(&'a str),
    PutClientCertificate(&'a ClientCertificate),
    DeleteClientCertificate(&'a str),
    /// (plan id, key id, usage of the key under the plan).
    PutUsage(&'a str, &'a str, &'a StoredUsage),
    /// (plan id, key id).
    DeleteUsage(&'a str, &'a str),
}

/// The open file.
pub(crate) struct StateFile {
    database: Database,
    path: PathBuf,
}

impl StateFile {
    pub(crate) fn open(directory: &Path) -> Result<(Self, Loaded), OpenError> {
        fs_err::create_dir_all(directory).map_err(OpenError::Directory)?;
        fs_err::set_permissions(directory, PermissionsExt::from_mode(0o700)).map_err(OpenError::Directory)?;
        let path = directory.join(FILE_NAME);
        make_private(&path).map_err(OpenError::Directory)?;
        match Database::create(&path) {
            Ok(database) => Self::load(database, path),
            Err(DatabaseError::DatabaseAlreadyOpen) => Err(OpenError::InUse { path }),
            Err(error) => Err(OpenError::Unreadable { path, source: error.into() }),
        }
    }

    pub(crate) fn in_memory() -> Result<(Self, Loaded), OpenError> {
        let path = PathBuf::from("memory");
        match Builder::new().create_with_backend(InMemoryBackend::new()) {
            Ok(database) => Self::load(database, path),
            Err(error) => Err(OpenError::Unreadable { path, source: error.into() }),
        }
    }

    fn load(database: Database, path: PathBuf) -> Result<(Self, Loaded), OpenError> {
        let unreadable =
            |error: redb::Error| OpenError::Unreadable { path: path.clone(), source: error.into() };
        let found = format_of(&database).map_err(unreadable)?;
        if found > FORMAT {
            return Err(OpenError::NewerFormat { path, found });
        }
        let documents = documents_of(&database).map_err(unreadable)?;
        let mut apis = Vec::new();
        for (id, bytes) in &documents.apis {
            let api: RestApi = document(&path, &format!("API {id}"), bytes)?;
            let mut deployments = Vec::new();
            for ((_, deployment_id), bytes) in documents.deployments.iter().filter(|((of, _), _)| of == id) {
                deployments.push(document(&path, &format!("deployment {deployment_id} of API {id}"), bytes)?);
            }
            apis.push(LoadedApi { api: Arc::new(api), deployments });
        }
        let mut account = AccountState::default();
        let mut usage = HashMap::new();
        for ((kind, id), bytes) in &documents.account {
            let what = format!("{kind} {id}");
            match kind.as_str() {
                KIND_SETTINGS => account.settings = document(&path, &what, bytes)?,
                KIND_API_KEY => account.add_api_key(document(&path, &what, bytes)?),
                KIND_USAGE_PLAN => account.add_usage_plan(document(&path, &what, bytes)?),
                KIND_DOMAIN_NAME => account.add_domain_name(document(&path, &what, bytes)?),
                KIND_CLIENT_CERTIFICATE => account.add_client_certificate(document(&path, &what, bytes)?),
                KIND_USAGE => {
                    let (plan_id, key_id) = id.split_once('/').unwrap_or((id, ""));
                    usage.insert((plan_id.to_owned(), key_id.to_owned()), document(&path, &what, bytes)?);
                }
                _ => return Err(OpenError::UnknownKind { path, kind: kind.clone() }),
            }
        }
        Ok((Self { database, path }, Loaded { apis, account, usage }))
    }

    /// Makes all changes in one transaction, or none of them.
    pub(crate) fn commit(&self, changes: &[Change<'_>]) -> Result<(), SaveError> {
        self.write(changes).map_err(|source| SaveError { path: self.path.clone(), source })
    }

    fn write(&self, changes: &[Change<'_>]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let transaction = self.database.begin_write()?;
        {
            let mut apis = transaction.open_table(REST_APIS)?;
            let mut deployments = transaction.open_table(DEPLOYMENTS)?;
            let mut account = transaction.open_table(ACCOUNT)?;
            for change in changes {
                match change {
                    Change::PutApi(api) => {
                        apis.insert(api.id.as_str(), serde_json::to_vec(api)?.as_slice())?;
                    }
                    Change::DeleteApi(id) => {
                        apis.remove(*id)?;
                        deployments.retain(|(api_id, _), _| api_id != *id)?;
                    }
                    Change::PutDeployment(api_id, deployment) => {
                        let bytes = serde_json::to_vec(deployment)?;
                        deployments.insert((*api_id, deployment.id.as_str()), bytes.as_slice())?;
                    }
                    Change::DeleteDeployment(api_id, id) => {
                        deployments.remove((*api_id, *id))?;
                    }
                    Change::PutAccount(settings) => {
                        account.insert((KIND_SETTINGS, ""), serde_json::to_vec(settings)?.as_slice())?;
                    }
                    Change::PutApiKey(key) => {
                        account
                            .insert((KIND_API_KEY, key.id.as_str()), serde_json::to_vec(key)?.as_slice())?;
                    }
                    Change::DeleteApiKey(id) => {
                        account.remove((KIND_API_KEY, *id))?;
                    }
                    Change::PutUsagePlan(plan) => {
                        let bytes = serde_json::to_vec(plan)?;
                        account.insert((KIND_USAGE_PLAN, plan.id.as_str()), bytes.as_slice())?;
                    }
                    Change::DeleteUsagePlan(id) => {
                        account.remove((KIND_USAGE_PLAN, *id))?;
                    }
                    Change::PutDomainName(domain) => {
                        let bytes = serde_json::to_vec(domain)?;
                        account.insert((KIND_DOMAIN_NAME, domain.domain_name.as_str()), bytes.as_slice())?;
                    }
                    Change::DeleteDomainName(name) => {
                        account.remove((KIND_DOMAIN_NAME, *name))?;
                    }
                    Change::PutClientCertificate(certificate) => {
                        let (kind, id) = (KIND_CLIENT_CERTIFICATE, certificate.id.as_str());
                        account.insert((kind, id), serde_json::to_vec(certificate)?.as_slice())?;
                    }
                    Change::DeleteClientCertificate(id) => {
                        account.remove((KIND_CLIENT_CERTIFICATE, *id))?;
                    }
                    Change::PutUsage(plan_id, key_id, usage) => {
                        let id = usage_id(plan_id, key_id);
                        account.insert((KIND_USAGE, id.as_str()), serde_json::to_vec(usage)?.as_slice())?;
                    }
                    Change::DeleteUsage(plan_id, key_id) => {
                        account.remove((KIND_USAGE, usage_id(plan_id, key_id).as_str()))?;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

fn usage_id(plan_id: &str, key_id: &str) -> String {
    format!("{plan_id}/{key_id}")
}

/// Makes the file when there is none, so that it is its owner's alone from its first byte on: it holds the values of API keys
/// and private keys.
fn make_private(path: &Path) -> std::io::Result<()> {
    let made = fs_err::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    if made.metadata()?.permissions().mode() & 0o077 != 0 {
        fs_err::set_permissions(path, PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

/// The format that the file says, written into it when it is new.
fn format_of(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    let found = {
        let mut meta = transaction.open_table(META)?;
        let found = meta.get("format")?.map(|value| value.value());
        // Format 1 had fewer fields and tables; what it lacks has the defaults of this one.
        if found.is_none_or(|found| found <= FORMAT) {
            meta.insert("format", FORMAT)?;
            transaction.open_table(REST_APIS)?;
            transaction.open_table(DEPLOYMENTS)?;
            transaction.open_table(ACCOUNT)?;
        }
        found.unwrap_or(FORMAT)
    };
    transaction.commit()?;
    Ok(found)
}

type OfPair = Vec<((String, String), Vec<u8>)>;

/// Everything in the file, not yet read as JSON.
struct Documents {
    apis: Vec<(String, Vec<u8>)>,
    deployments: OfPair,
    account: OfPair,
}

fn documents_of(database: &Database) -> Result<Documents, redb::Error> {
    let transaction = database.begin_read()?;
    let mut apis = Vec::new();
    for entry in transaction.open_table(REST_APIS)?.iter()? {
        let (id, bytes) = entry?;
        apis.push((id.value().to_owned(), bytes.value().to_vec()));
    }
    let of_pair = |table: TableDefinition<(&str, &str), &[u8]>| -> Result<OfPair, redb::Error> {
        let mut found = Vec::new();
        for entry in transaction.open_table(table)?.iter()? {
            let (key, bytes) = entry?;
            let (first, second) = key.value();
            found.push(((first.to_owned(), second.to_owned()), bytes.value().to_vec()));
        }
        Ok(found)
    };
    Ok(Documents { apis, deployments: of_pair(DEPLOYMENTS)?, account: of_pair(ACCOUNT)? })
}

fn document<T: DeserializeOwned>(path: &Path, what: &str, bytes: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(bytes).map_err(|source| OpenError::Document {
        path: path.to_owned(),
        what: what.to_owned(),
        source,
    })
}
