//! UpdateShardCount: uniform scaling, by the splits and merges that it takes, carried out all together.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{UpdateShardCountInput, UpdateShardCountOutput};
use alluvium_kinesis_model::{Exception, ExceptionKind};

use crate::authorize::{Resource, Target};
use crate::daily::DailyChange;
use crate::server::Server;

impl Target for UpdateShardCountInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn update_shard_count(
    server: Arc<Server>,
    input: UpdateShardCountInput,
) -> Result<UpdateShardCountOutput, Exception> {
    let _turn = server.changing.lock().await;
    let stream = server.active_stream(&input.stream)?;
    server.check_provisioned(&stream)?;
    let current = stream.open_shards().count() as u32;
    let target = input.target_shard_count;
    check_factor(current, target)?;
    server.check_shard_limit(u64::from(target.saturating_sub(current)))?;
    server.count_daily(&stream, DailyChange::UpdateShardCount)?;
    server.scale(&stream, target).await?;
    Ok(UpdateShardCountOutput {
        stream_name: stream.name.clone(),
        stream_arn: server.stream_arn(&stream.name),
        current_shard_count: current,
        target_shard_count: target,
    })
}

/// One call doubles or halves at most.
fn check_factor(current: u32, target: u32) -> Result<(), Exception> {
    let what = if u64::from(target) > u64::from(current) * 2 {
        "scale up over double"
    } else if u64::from(target) * 2 < u64::from(current) {
        "scale down below half"
    } else {
        return Ok(());
    };
    Err(Exception::new(
        ExceptionKind::LimitExceeded,
        format!(
            "UpdateShardCount cannot {what} your current open shard count. Current open shard count: {current} Target \
             shard count: {target}"
        ),
    ))
}
