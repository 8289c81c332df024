//! What goes over the hop.

use std::time::Duration;

use alluvium_kinesis_consumer::Record;

use crate::fake::{FakeKinesis, STREAM, sequence_number};
use crate::{client, drained, options, reader};

#[tokio::test(start_paused = true)]
async fn every_request_is_signed_for_kinesis_in_the_configured_region() {
    let fake = FakeKinesis::with_shards([0]);
    drained(&fake, options()).await;
    let authorizations = fake.authorizations();
    assert!(authorizations.len() >= 4, "{authorizations:?}");
    for authorization in authorizations {
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
        assert!(authorization.contains("/us-east-1/kinesis/aws4_request"), "{authorization}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_arrives_whole() {
    let fake = FakeKinesis::with_shards([7]);
    tokio::time::advance(Duration::from_millis(123)).await;
    fake.append(7, 1);
    let mut reader = reader(&fake, options()).await;
    let batch = reader.next().await.expect("a batch").expect("a batch");
    assert_eq!(batch.millis_behind_latest, 0);
    assert_eq!(
        batch.records,
        [Record {
            sequence_number: sequence_number(7, 1),
            partition_key: "key-1".to_owned(),
            arrival_millis: 1_767_323_045_123,
            data: "7:1".into(),
        }]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_being_created_is_waited_for() {
    let fake = FakeKinesis::with_shards([0]);
    fake.status("CREATING");
    let becomes_active = fake.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        becomes_active.status("ACTIVE");
    });
    let identity =
        client(fake.hop()).await.stream_identity(STREAM).await.expect("the stream is there in the end");
    assert_eq!((identity.name.as_str(), identity.retention_hours), (STREAM, 24));
    assert!(fake.asked("DescribeStreamSummary").len() > 3);
}

#[tokio::test(start_paused = true)]
async fn debug_output_of_the_configuration_has_no_secret() {
    let credentials = alluvium_kinesis_consumer::Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "hush".to_owned().into(),
        session_token: Some("hush".to_owned().into()),
    };
    let text = format!("{credentials:?}");
    assert!(text.contains("AKIDEXAMPLE") && !text.contains("hush"), "{text}");
}
