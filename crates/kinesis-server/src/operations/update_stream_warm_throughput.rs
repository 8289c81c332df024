//! UpdateStreamWarmThroughput: what an on-demand stream is kept ready for; it gets the shards for it at once.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{
    UpdateStreamWarmThroughputInput, UpdateStreamWarmThroughputOutput, WarmThroughput,
};
use alluvium_stream_store::{Stream, StreamChange, StreamMode, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for UpdateStreamWarmThroughputInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn update_stream_warm_throughput(
    server: Arc<Server>,
    input: UpdateStreamWarmThroughputInput,
) -> Result<UpdateStreamWarmThroughputOutput, Exception> {
    let mibps = input.warm_throughput_mibps;
    let plan = |stream: &Stream| {
        if stream.mode == StreamMode::Provisioned {
            return Err(Exception::invalid_argument(
                "WarmThroughputMiBps is only supported for streams in On-Demand mode.",
            ));
        }
        let warm_throughput_mib = server.checked_warm_throughput(Some(mibps))?;
        server.check_warm_up(stream, warm_throughput_mib)?;
        let settings = StreamSettings { warm_throughput_mib, ..(*stream.settings).clone() };
        Ok(Some(StreamChange { settings: Some(settings), ..StreamChange::default() }))
    };
    let changed = server.change_stream(&input.stream, plan).await?;
    let stream = server.warm_up(changed, Some(mibps)).await?;
    Ok(UpdateStreamWarmThroughputOutput {
        stream_name: stream.name.clone(),
        stream_arn: server.stream_arn(&stream.name),
        warm_throughput: WarmThroughput { target_mibps: mibps, current_mibps: mibps },
    })
}
