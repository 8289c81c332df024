//! What a configuration wants to exist is made to exist: users with keys, roles, streams, deployed APIs.
//!
//! What must stay true: it can run again on the same data directory, makes only what is missing, and keeps ids and keys.

use std::path::Path;
use std::time::Duration;

use alluvium_api_gateway::{ApiGateway, Definition, DeployError, StoreApiError};
use alluvium_iam::{Iam, IamError, User};
use alluvium_kinesis_consumer::KinesisClient;
use alluvium_lakehouse::{AccessKey, AccessKeyError, read_access_key, write_access_key};
use alluvium_sigv4::Credentials;
use aws_sdk_kinesis::types::{StreamMode, StreamModeDetails, StreamStatus};
use secrecy::ExposeSecret;

use crate::config::{ApiConfig, Config, KinesisChoice, StreamConfig, UserConfig, directory_url};
use crate::failure::Failure;
use crate::server::Servers;

/// How often a stream that is being created is looked at.
const CREATING_POLL: Duration = Duration::from_millis(50);
/// The longest wait for a stream to become ACTIVE; Amazon takes some ten seconds.
const CREATING_TIMEOUT: Duration = Duration::from_mins(3);

/// A REST API that is deployed.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct DeployedApi {
    /// The API's id, the same for as long as the data directory lives.
    pub(crate) id: String,
    /// The API's name.
    pub(crate) name: String,
    /// The stage that it is deployed to.
    pub(crate) stage: String,
    /// Where it answers, without a slash at the end.
    pub(crate) invoke_url: String,
}

/// What was made or found.
#[derive(Debug, Clone)]
pub(crate) struct Provisioned {
    /// The APIs, in the order of the configuration.
    pub(crate) apis: Vec<DeployedApi>,
}

impl Provisioned {
    /// The invoke URLs of the APIs.
    pub(crate) fn invoke_urls(&self) -> Vec<String> {
        self.apis.iter().map(|api| api.invoke_url.clone()).collect()
    }
}

/// Makes what the configuration names and is missing.
pub(crate) async fn provision(config: &Config, servers: &Servers) -> Result<Provisioned, Failure> {
    provision_roles(config, servers).await?;
    for user in &config.users {
        provision_user(config, servers, user).await?;
    }
    if !config.streams.is_empty() {
        let client = servers.kinesis.own_client(&config.region).await?;
        for stream in &config.streams {
            provision_stream(&client, stream).await?;
        }
    }
    Ok(Provisioned { apis: deploy(config, servers).await? })
}

async fn provision_roles(config: &Config, servers: &Servers) -> Result<(), Failure> {
    let (iam, roles, origin) = (servers.iam.clone(), config.roles.clone(), config.origin.clone());
    tokio::task::spawn_blocking(move || {
        for role in &roles {
            iam.provision_role(&role.name, &role.trust, Some(&role.policies))
                .map_err(|error| Failure::usage(format!("{origin}: iam.roles: {}: {error}", role.name)))?;
        }
        Ok(())
    })
    .await?
}

/// Makes the user, and puts one access key of it into every table where a pipeline looks for it. A key that a table already
/// has, and that we know, stays.
async fn provision_user(config: &Config, servers: &Servers, user: &UserConfig) -> Result<(), Failure> {
    let (iam, wanted) = (servers.iam.clone(), user.clone());
    let made = tokio::task::spawn_blocking(move || make_user(&iam, &wanted));
    let own_key = user.access_key.as_ref();
    let user = user.name.as_str();
    let known = made
        .await?
        .map_err(|error| Failure::usage(format!("{}: iam.users: {user}: {error}", config.origin)))?;
    if config.kinesis != KinesisChoice::Embedded {
        // Another Kinesis knows none of our keys: there the tables hold what `alluvium access-key import` put in.
        return Ok(());
    }
    let mut good = None;
    let mut lacking = Vec::new();
    for table in access_key_tables(config, user) {
        let url = directory_url(table).map_err(Failure::usage)?;
        match read_access_key(&url, user).await {
            Ok(key) if is_good(&key, &known, own_key) => good = Some(key),
            Ok(_) | Err(AccessKeyError::NoTable { .. } | AccessKeyError::NoRow { .. }) => lacking.push(url),
            Err(error) => return Err(error.into()),
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    let key = match good.or_else(|| own_key.cloned()) {
        Some(key) => key,
        None => new_access_key(servers, known.access_key_ids, user).await?,
    };
    for url in &lacking {
        write_access_key(url, user, &key).await?;
    }
    Ok(())
}

/// The user, with the access key that the configuration has.
fn make_user(iam: &Iam, wanted: &UserConfig) -> Result<User, IamError> {
    let user = iam.provision_user(&wanted.name, wanted.policies.as_deref())?;
    let Some(key) = &wanted.access_key else { return Ok(user) };
    // The secret may be another one than at the last start.
    if user.access_key_ids.contains(&key.access_key_id) {
        iam.delete_access_key(&key.access_key_id)?;
    }
    let credentials = Credentials {
        access_key_id: key.access_key_id.clone(),
        secret_access_key: key.secret_access_key.clone(),
        session_token: None,
    };
    iam.import_access_key(&wanted.name, &credentials)?;
    Ok(iam.user(&wanted.name).unwrap_or(user))
}

/// Whether a key that a table has can be used: one that we issued or, when the configuration has one, that one.
fn is_good(key: &AccessKey, known: &User, own_key: Option<&AccessKey>) -> bool {
    own_key.map_or_else(
        || known.access_key_ids.contains(&key.access_key_id),
        |own| {
            own.access_key_id == key.access_key_id
                && own.secret_access_key.expose_secret() == key.secret_access_key.expose_secret()
        },
    )
}

/// A new key in place of the user's earlier ones, whose secrets are lost with the tables that held them.
async fn new_access_key(servers: &Servers, lost: Vec<String>, user: &str) -> Result<AccessKey, Failure> {
    let (iam, name) = (servers.iam.clone(), user.to_owned());
    let key = tokio::task::spawn_blocking(move || {
        lost.iter().try_for_each(|id| iam.delete_access_key(id))?;
        iam.create_access_key(&name)
    })
    .await??;
    Ok(AccessKey { access_key_id: key.access_key_id, secret_access_key: key.secret_access_key })
}

/// The tables in which the pipelines of this configuration look for the user's key, each once.
fn access_key_tables<'a>(config: &'a Config, user: &str) -> Vec<&'a Path> {
    let mut tables: Vec<&Path> = config
        .pipelines
        .iter()
        .filter(|pipeline| pipeline.access_key_user == user)
        .map(|pipeline| pipeline.access_key_table.as_path())
        .collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// Makes the stream unless it is there, and waits until it is ACTIVE.
async fn provision_stream(client: &KinesisClient, stream: &StreamConfig) -> Result<(), Failure> {
    let create = client.sdk().create_stream().stream_name(&stream.name);
    let create = match stream.shard_count {
        Some(count) => create.shard_count(i32::try_from(count)?),
        None => create
            .stream_mode_details(StreamModeDetails::builder().stream_mode(StreamMode::OnDemand).build()?),
    };
    if let Err(error) = create.send().await {
        let error = error.into_service_error();
        if !error.is_resource_in_use_exception() {
            return Err(anyhow::Error::new(error)
                .context(format!("cannot create stream {}", stream.name))
                .into());
        }
    }
    tokio::time::timeout(CREATING_TIMEOUT, wait_active(client, &stream.name)).await.map_err(|_| {
        Failure::Failed(anyhow::anyhow!("stream {} was not ACTIVE after {CREATING_TIMEOUT:?}", stream.name))
    })?
}

async fn wait_active(client: &KinesisClient, stream: &str) -> Result<(), Failure> {
    loop {
        let described =
            client.sdk().describe_stream_summary().stream_name(stream).send().await.map_err(|error| {
                anyhow::Error::new(error.into_service_error())
                    .context(format!("cannot describe stream {stream}"))
            })?;
        let status = described.stream_description_summary().map(|summary| summary.stream_status().clone());
        match status {
            Some(StreamStatus::Active) => return Ok(()),
            Some(StreamStatus::Creating | StreamStatus::Updating) => tokio::time::sleep(CREATING_POLL).await,
            other => {
                let status = other.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
                return Err(Failure::Failed(anyhow::anyhow!(
                    "stream {stream} is {status}, not CREATING or ACTIVE"
                )));
            }
        }
    }
}

/// Imports and deploys the configuration's APIs. An API that an earlier run imported under the same title keeps its id, and a
/// stage that already serves the same definition is left as it is.
async fn deploy(config: &Config, servers: &Servers) -> Result<Vec<DeployedApi>, Failure> {
    let mut deployed = Vec::with_capacity(config.apis.len());
    for api in &config.apis {
        let (gateway, api) = (servers.gateway.clone(), api.clone());
        let endpoint = servers.endpoint();
        deployed.push(tokio::task::spawn_blocking(move || deploy_one(&gateway, &api, &endpoint)).await??);
    }
    Ok(deployed)
}

fn deploy_one(gateway: &ApiGateway, api: &ApiConfig, endpoint: &str) -> Result<DeployedApi, Failure> {
    let definition = Definition { text: &api.definition, file_name: &api.file_name };
    let imported = gateway.import_or_put_rest_api(definition).map_err(|error| match error {
        StoreApiError::Import(error) => Failure::usage_from(error),
        other => Failure::Failed(other.into()),
    })?;
    for warning in &imported.warnings {
        tracing::warn!("{}", warning.in_file(&api.file_name));
    }
    let id = imported.api_id;
    gateway.deploy_if_changed(&id, &api.stage, &api.variables).map_err(|error| match error {
        DeployError::Save(error) => Failure::Failed(error.into()),
        other => Failure::usage(format!("{}: {other}", api.file_name)),
    })?;
    Ok(DeployedApi {
        name: gateway.rest_api(&id).map(|api| api.name.clone()).unwrap_or_default(),
        stage: api.stage.clone(),
        invoke_url: format!("{endpoint}/_aws/execute-api/{id}/{}", api.stage),
        id,
    })
}
