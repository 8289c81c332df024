//! DescribeStreamConsumer: one consumer of a stream.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{DescribeStreamConsumerInput, DescribeStreamConsumerOutput};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DescribeStreamConsumerInput {
    fn resource(&self) -> Resource<'_> {
        Resource::NamedConsumer(&self.consumer)
    }
}

pub(crate) async fn describe_stream_consumer(
    server: Arc<Server>,
    input: DescribeStreamConsumerInput,
) -> Result<DescribeStreamConsumerOutput, Exception> {
    let (stream, consumer) = server.consumer(&input.consumer)?;
    Ok(DescribeStreamConsumerOutput {
        consumer: server.consumer_summary(&stream, &consumer),
        stream_arn: server.stream_arn(&stream.name),
    })
}
