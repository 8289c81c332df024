//! AWS's SDK for Rust against the built program, and what a stop does to its subscription.

use std::process::Command;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{
    ConsumerStatus, ShardIteratorType, StartingPosition, SubscribeToShardEventStream,
};

use crate::program::Server;

const SHARD: &str = "shardId-000000000000";

fn client(server: &Server) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&server.endpoint)
        .credentials_provider(Credentials::new("AKIAANYBODY", "any", None, None, "test"))
        .build();
    Client::from_conf(config)
}

async fn put(client: &Client, data: &str) {
    client.put_record().stream_name("rust").partition_key("k").data(Blob::new(data)).send().await.unwrap();
}

/// A consumer of the stream that can subscribe: its ARN.
async fn consumer(client: &Client) -> String {
    let summary = client.describe_stream_summary().stream_name("rust").send().await.unwrap();
    let stream_arn = summary.stream_description_summary().unwrap().stream_arn().to_owned();
    let registered =
        client.register_stream_consumer().stream_arn(stream_arn).consumer_name("c").send().await.unwrap();
    let arn = registered.consumer().unwrap().consumer_arn().to_owned();
    loop {
        let described = client.describe_stream_consumer().consumer_arn(&arn).send().await.unwrap();
        if *described.consumer_description().unwrap().consumer_status() == ConsumerStatus::Active {
            return arn;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_sdk_for_rust_puts_reads_and_subscribes_until_the_server_stops() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &["--creating-ms", "0"]);
    let client = client(&server);
    client.create_stream().stream_name("rust").shard_count(1).send().await.unwrap();
    put(&client, "one").await;
    let iterator = client
        .get_shard_iterator()
        .stream_name("rust")
        .shard_id(SHARD)
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await
        .unwrap();
    let page = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    assert_eq!(page.records()[0].data().as_ref(), b"one");
    let refused = client.describe_stream().stream_name("nowhere").send().await.unwrap_err();
    assert_eq!(refused.code(), Some("ResourceNotFoundException"));

    let from = StartingPosition::builder().r#type(ShardIteratorType::TrimHorizon).build().unwrap();
    let mut subscription = client
        .subscribe_to_shard()
        .consumer_arn(consumer(&client).await)
        .shard_id(SHARD)
        .starting_position(from)
        .send()
        .await
        .unwrap();
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let event = subscription.event_stream.recv().await.unwrap().expect("the subscription goes on");
        let SubscribeToShardEventStream::SubscribeToShardEvent(event) = event else {
            panic!("an event of another kind: {event:?}");
        };
        if seen.is_empty() {
            put(&client, "two").await;
        }
        seen.extend(event.records().iter().map(|record| record.data().as_ref().to_vec()));
    }
    assert_eq!(seen, [b"one", b"two"]);

    let id = server.program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success()));
    // It lasts five minutes, and the stop ends it: with the end of the stream, not with a broken connection.
    while let Some(event) = subscription.event_stream.recv().await.expect("the end is an orderly one") {
        assert!(matches!(event, SubscribeToShardEventStream::SubscribeToShardEvent(_)), "{event:?}");
    }
    drop((subscription, client));
    let ended = tokio::task::spawn_blocking(|| server.program.wait()).await.unwrap();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("still open"), "{}", ended.stderr);
}
