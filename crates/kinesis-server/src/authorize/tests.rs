//! What callers are told who may not do what they ask.

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Caller, Iam, Principal};
use alluvium_kinesis_model::{Operation, StreamArn};
use alluvium_stream_store::{
    Files, NewConsumer, NewStream, Store, StoreOptions, StreamMode, StreamSettings, Tags,
};

use super::*;
use crate::{KinesisOptions, KinesisServer, TokenKey};

const ACCOUNT_ID: &str = "123456789012";

/// A server with the stream `orders`, which has the consumer `app`, and the `StreamId` of that stream.
async fn server(directory: &std::path::Path) -> (Arc<Server>, String) {
    let store = Store::open(StoreOptions::new(directory.join("streams")), Files).await.expect("a store");
    let clock = Clock::system();
    let authenticator = Authenticator::new(Iam::in_memory(clock, ACCOUNT_ID), AuthMode::Any);
    let options = KinesisOptions::new(ACCOUNT_ID, "eu-west-1", TokenKey::random());
    let server = KinesisServer::new(store.clone(), authenticator, options, clock).state();
    let now_millis = clock.now_millis();
    let new = NewStream {
        name: StreamName::parse("orders").expect("a name"),
        mode: StreamMode::Provisioned,
        shard_count: 1,
        retention_hours: 24,
        settings: StreamSettings::default(),
        tags: Tags::default(),
        active_at_millis: now_millis,
        now_millis,
    };
    let stream = store.create_stream(new).await.expect("a stream");
    let consumer = NewConsumer {
        name: "app".into(),
        tags: Tags::default(),
        active_at_millis: now_millis,
        now_millis,
        consumers_max: 20,
    };
    store.register_consumer(stream.id, consumer).await.expect("a consumer");
    (server, stream.stream_id.to_string())
}

/// Somebody of another account.
fn stranger() -> Caller {
    Caller {
        arn: "arn:aws:iam::999999999999:user/eve".into(),
        account_id: "999999999999".into(),
        access_key_id: "AKIAEVE".into(),
        principal: Principal::Account,
    }
}

/// The bug that this guards against: a resource that was not there was told before it was asked who may know, so that a
/// stranger could tell "not found" from "denied".
#[tokio::test]
async fn a_stranger_cannot_tell_what_is_there_from_what_is_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let (server, stream_id) = server(directory.path()).await;
    let told = |resource: Resource<'_>| {
        let asked = Asked::Kinesis(Operation::DescribeStreamConsumer);
        let exception = server
            .authorize_on(&stranger(), asked, &RequestOrigin::default(), resource, RequestTags::default())
            .expect_err("denied");
        assert_eq!(exception.kind, ExceptionKind::AccessDenied);
        exception.message.expect("a text")
    };
    let by_name = |name: &str| StreamIdentifier::from(StreamName::parse(name).expect("a name"));
    let by_id = |id: &str| StreamIdentifier { name: None, arn: None, id: Some(id.to_owned()) };
    let consumer = |stream: &str, name: &str| ConsumerIdentifier {
        stream: by_name(stream),
        consumer_name: name.to_owned(),
        arn: None,
    };

    let missing_id = format!("{}-000", "0".repeat(20));
    for (there, missing, shown) in [
        (by_name("orders"), by_name("absent"), ["orders", "absent"]),
        (by_id(&stream_id), by_id(&missing_id), [stream_id.as_str(), missing_id.as_str()]),
    ] {
        let there = told(Resource::Stream(&there)).replace(shown[0], "X");
        assert_eq!(there, told(Resource::Stream(&missing)).replace(shown[1], "X"));
    }
    let there = told(Resource::NamedConsumer(&consumer("orders", "app")));
    for (stream, name) in [("orders", "none"), ("absent", "app")] {
        let missing = told(Resource::NamedConsumer(&consumer(stream, name)));
        assert_eq!(missing.replace(name, "app").replace(stream, "orders"), there);
    }
    let arn = |created_secs| ConsumerArn {
        stream: StreamArn::parse("arn:aws:kinesis:eu-west-1:123456789012:stream/orders").expect("an ARN"),
        consumer_name: "app".to_owned(),
        created_secs,
    };
    let denied = "User: arn:aws:iam::999999999999:user/eve is not authorized to perform: kinesis:DescribeStreamConsumer on \
                  resource: arn:aws:kinesis:eu-west-1:123456789012:stream/orders/consumer/app:7 because no resource-based \
                  policy allows the kinesis:DescribeStreamConsumer action";
    assert_eq!(told(Resource::Consumer(&arn(7))), denied);
}
