//! Enhanced fan-out: the same positions and the same lineage as by polling, whatever becomes of the subscriptions.

use alluvium_kinesis_consumer::{
    ClientConfig, ConsumerMode, Credentials, CredentialsSource, Endpoint, KinesisClient, ReaderOptions,
    StreamReader,
};

use crate::fake::FakeKinesis;
use crate::{next_line, options, rest};

async fn client(fake: &FakeKinesis) -> KinesisClient {
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned().into(),
        session_token: None,
    };
    KinesisClient::new(ClientConfig {
        endpoint: Endpoint::InProcessStreaming(fake.hop(), fake.streaming_hop()),
        region: "us-east-1".to_owned(),
        credentials: CredentialsSource::Static(credentials),
    })
    .await
}

async fn subscriber(fake: &FakeKinesis) -> StreamReader {
    let consumer = ConsumerMode::FanOut { consumer_name: "cleaning".to_owned() };
    let options = ReaderOptions { consumer, ..options() };
    StreamReader::start(client(fake).await, options, fake.clock()).await.expect("the stream is readable")
}

#[tokio::test(start_paused = true)]
async fn a_drain_by_subscriptions_reads_parents_before_children() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 4);
    fake.reshard(&[0], &[1]);
    fake.append(1, 2);
    fake.page_records_max(3);
    let mut reader = subscriber(&fake).await;
    reader.control().drain();
    assert_eq!(
        rest(&mut reader).await,
        ["0 (-, 3] 1 2 3", "0 (3, 4] 4 ended", "1 (-, 2] 1 2"],
        "the open child ends with an empty event"
    );
    assert_eq!(fake.consumers(), ["cleaning"]);
}

#[tokio::test(start_paused = true)]
async fn subscriptions_that_end_or_fail_are_begun_again_after_the_last_record() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 5);
    fake.page_records_max(2);
    fake.events_max(1);
    fake.fail("SubscribeToShard", 1, 2, 500, "InternalFailureException");
    let mut reader = subscriber(&fake).await;
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines.push(next_line(&mut reader).await);
    }
    assert_eq!(lines, ["0 (-, 2] 1 2", "0 (2, 4] 3 4", "0 (4, 5] 5"]);
    fake.append(0, 1);
    assert_eq!(next_line(&mut reader).await, "0 (5, 6] 6");
}

#[tokio::test(start_paused = true)]
async fn a_reader_told_to_finish_in_the_middle_of_a_subscription_polls_the_rest() {
    let fake = FakeKinesis::with_shards([0]);
    fake.append(0, 1);
    let mut reader = subscriber(&fake).await;
    assert_eq!(next_line(&mut reader).await, "0 (-, 1] 1");
    fake.append(0, 1);
    reader.control().drain();
    assert_eq!(rest(&mut reader).await, ["0 (1, 2] 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_of_the_name_is_used_and_can_be_taken_away() {
    let fake = FakeKinesis::with_shards([0]);
    drop(subscriber(&fake).await);
    drop(subscriber(&fake).await);
    assert_eq!(fake.asked("RegisterStreamConsumer").len(), 1);
    let client = client(&fake).await;
    let stream = client.stream_identity(crate::fake::STREAM).await.expect("a stream");
    client.deregister_consumer(&stream, "cleaning").await.expect("taken away");
    client.deregister_consumer(&stream, "cleaning").await.expect("not there is no error");
    assert!(fake.consumers().is_empty());
}
