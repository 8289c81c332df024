//! A Kinesis of our own in this process, with its durable store, as the program has it.
//!
//! What must stay true: requests are signed and verified, records are synced before they are acknowledged.

use std::path::Path;

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_consumer::{
    ClientConfig, Credentials, CredentialsSource, Endpoint, HttpHop, KinesisClient,
};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, KinesisService, TokenKey};
use alluvium_stream_store::{Files, Store, StoreOptions};
use anyhow::Result;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::task::JoinSet;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use crate::definition::STREAM;
use crate::records::ChunkedLines;

const ACCOUNT_ID: &str = "123456789012";
const REGION: &str = "us-east-1";
/// Records of one PutRecords.
const PUT_RECORDS: usize = 500;
/// PutRecords that are under way at once.
const PUTS_AT_ONCE: usize = 4;

/// The server and a client of it.
pub(crate) struct Kinesis {
    server: KinesisServer,
    pub(crate) client: KinesisClient,
}

impl Kinesis {
    /// Starts one with an empty stream of so many shards.
    pub(crate) async fn start(directory: &Path, shards: i32) -> Result<Self> {
        let clock = Clock::system();
        let store = Store::open(StoreOptions::new(directory.join("streams")), Files).await?;
        let iam = Iam::in_memory(clock, ACCOUNT_ID);
        iam.provision_user("bench", None)?;
        let key = iam.create_access_key("bench")?;
        let policy =
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}}"#;
        iam.put_user_policy("bench", "kinesis", policy)?;
        let options = KinesisOptions {
            creating_millis: 0,
            ..KinesisOptions::new(ACCOUNT_ID, REGION, TokenKey::random())
        };
        let server = KinesisServer::new(store, Authenticator::new(iam, AuthMode::Enforce), options, clock);
        let credentials = Credentials {
            access_key_id: key.access_key_id,
            secret_access_key: key.secret_access_key,
            session_token: None,
        };
        let config = ClientConfig {
            endpoint: Endpoint::InProcess(in_process(server.service())),
            region: REGION.to_owned(),
            credentials: CredentialsSource::Static(credentials),
        };
        let client = KinesisClient::new(config).await;
        client.sdk().create_stream().stream_name(STREAM).shard_count(shards).send().await?;
        Ok(Self { server, client })
    }

    /// Puts every line of a folder's files, 500 a request; returns how many that were.
    pub(crate) async fn put_all(&self, folder: &Path) -> Result<u64> {
        let mut puts: JoinSet<Result<u64>> = JoinSet::new();
        let mut count = 0;
        for lines in ChunkedLines::of(folder)? {
            for some in lines?.chunks(PUT_RECORDS) {
                if puts.len() >= PUTS_AT_ONCE
                    && let Some(done) = puts.join_next().await
                {
                    count += done??;
                }
                let (client, some) = (self.client.clone(), some.to_vec());
                puts.spawn(async move { put(&client, some).await });
            }
        }
        while let Some(done) = puts.join_next().await {
            count += done??;
        }
        Ok(count)
    }

    /// Ends it in order.
    pub(crate) async fn close(self) {
        self.server.close().await;
    }
}

async fn put(client: &KinesisClient, records: Vec<Bytes>) -> Result<u64> {
    let count = records.len() as u64;
    let entries = records.into_iter().enumerate().map(|(number, data)| {
        // Any keys that spread over the shards.
        let key = format!("{}-{number}", data.len());
        PutRecordsRequestEntry::builder().data(Blob::new(data)).partition_key(key).build()
    });
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let answer = client.sdk().put_records().stream_name(STREAM).set_records(Some(entries)).send().await?;
    anyhow::ensure!(answer.failed_record_count.unwrap_or(0) == 0, "records were refused");
    Ok(count)
}

fn in_process(kinesis: KinesisService) -> HttpHop {
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Bytes>| {
        let kinesis = kinesis.clone();
        async move {
            let (parts, body) = kinesis.oneshot(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        }
    }))
}
