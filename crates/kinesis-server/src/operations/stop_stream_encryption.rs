//! StopStreamEncryption: the stream is no longer said to be encrypted; nothing happens to one that was not.

use std::sync::Arc;

use alluvium_kinesis_model::operations::StopStreamEncryptionInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{Stream, StreamChange, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::daily::DailyChange;
use crate::encryption;
use crate::server::Server;

impl Target for StopStreamEncryptionInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn stop_stream_encryption(
    server: Arc<Server>,
    input: StopStreamEncryptionInput,
) -> Result<EmptyOutput, Exception> {
    encryption::check(input.encryption_type, &input.key_id)?;
    let plan = |stream: &Stream| {
        let settings = StreamSettings { encryption_key_id: None, ..(*stream.settings).clone() };
        let change = StreamChange { settings: Some(settings), ..StreamChange::default() };
        if stream.settings.encryption_key_id.is_none() {
            return Ok(None);
        }
        server.count_daily(stream, DailyChange::StopStreamEncryption)?;
        Ok(Some(change))
    };
    server.change_stream(&input.stream, plan).await?;
    Ok(EmptyOutput)
}
