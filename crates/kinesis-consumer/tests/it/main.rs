//! The reader against a scripted Kinesis in this process, on paused time.

mod fake;
mod fan_out;
mod faults;
mod lineage;
mod pacing;
mod positions;
mod wire;

use std::time::Duration;

use alluvium_kinesis_consumer::{
    ClientConfig, Credentials, CredentialsSource, Endpoint, HttpHop, KinesisClient, Pacing, ReadError,
    ReaderOptions, ShardBatch, StreamReader,
};

use crate::fake::{FakeKinesis, STREAM, counter_of};

/// A client whose requests go to `hop`.
pub(crate) async fn client(hop: HttpHop) -> KinesisClient {
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned().into(),
        session_token: None,
    };
    KinesisClient::new(ClientConfig {
        endpoint: Endpoint::InProcess(hop),
        region: "us-east-1".to_owned(),
        credentials: CredentialsSource::Static(credentials),
    })
    .await
}

/// Options of a reader at our own server.
pub(crate) fn options() -> ReaderOptions {
    ReaderOptions { pacing: Pacing::EMBEDDED, ..ReaderOptions::new(STREAM) }
}

/// A reader of the fake.
pub(crate) async fn reader(fake: &FakeKinesis, options: ReaderOptions) -> StreamReader {
    StreamReader::start(client(fake.hop()).await, options, fake.clock())
        .await
        .expect("the stream is readable")
}

/// The error with which a reader does not even start.
pub(crate) async fn refused(fake: &FakeKinesis, options: ReaderOptions) -> ReadError {
    StreamReader::start(client(fake.hop()).await, options, fake.clock()).await.expect_err("refused")
}

/// Reads what is there now, a line per batch.
pub(crate) async fn drained(fake: &FakeKinesis, options: ReaderOptions) -> Vec<String> {
    let mut reader = reader(fake, options).await;
    reader.control().drain();
    rest(&mut reader).await
}

/// Reads until the reader ends, a line per batch; an error is the last line.
pub(crate) async fn rest(reader: &mut StreamReader) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(result) = reader.next().await {
        match result {
            Ok(batch) => lines.push(line(&batch)),
            Err(error) => lines.push(error.to_string()),
        }
    }
    lines
}

/// The next batch as a line, or `nothing` when none comes for a minute.
pub(crate) async fn next_line(reader: &mut StreamReader) -> String {
    match tokio::time::timeout(Duration::from_mins(1), reader.next()).await {
        Ok(Some(Ok(batch))) => line(&batch),
        Ok(Some(Err(error))) => error.to_string(),
        Ok(None) => "end".to_owned(),
        Err(_) => "nothing".to_owned(),
    }
}

/// A batch as text: shard, range, records by their counters, and what else there is to say.
pub(crate) fn line(batch: &ShardBatch) -> String {
    let show = |number: Option<&_>| number.map_or("-".to_owned(), counter_of);
    let mut text = format!(
        "{} ({}, {}]",
        batch.shard_id.trim_start_matches("shardId-00000000000"),
        show(batch.from_exclusive.as_ref()),
        show(batch.to_inclusive.as_ref())
    );
    for record in &batch.records {
        text.extend([" ", &counter_of(&record.sequence_number)]);
    }
    if batch.shard_ended {
        text += " ended";
    }
    if let Some(lost) = &batch.lost {
        let count = lost.records.map_or("unknown".to_owned(), |records| records.to_string());
        let (after, before) = (show(lost.after.as_ref()), show(lost.before.as_ref()));
        text.extend([" lost ", &count, " in (", &after, ", ", &before, ")"]);
    }
    text
}
