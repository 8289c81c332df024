//! The DataFusion session that reads our tables.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures_util::TryStreamExt;

/// A session that takes at most `memory_bytes_max` and keeps time in UTC.
pub(crate) fn session(memory_bytes_max: usize) -> Result<SessionContext> {
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(memory_bytes_max, 1.0).build()?;
    let mut config = SessionConfig::new().with_information_schema(true);
    config.options_mut().execution.time_zone = Some("+00:00".to_owned());
    Ok(SessionContext::new_with_config_rt(config, Arc::new(runtime)))
}

/// Runs `frame` and takes at most `rows_max` of its rows; says whether there were more.
pub(crate) async fn collect(
    frame: DataFrame,
    rows_max: usize,
) -> Result<(Vec<RecordBatch>, bool), DataFusionError> {
    let mut stream = frame.execute_stream().await?;
    let (mut batches, mut room) = (Vec::new(), rows_max);
    while let Some(batch) = stream.try_next().await? {
        if batch.num_rows() > room {
            batches.push(batch.slice(0, room));
            return Ok((batches, true));
        }
        room -= batch.num_rows();
        batches.push(batch);
    }
    Ok((batches, false))
}
