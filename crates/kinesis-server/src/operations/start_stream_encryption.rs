//! StartStreamEncryption: the stream is said to be encrypted with a key from now on.

use std::sync::Arc;

use alluvium_kinesis_model::operations::StartStreamEncryptionInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{Stream, StreamChange, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::daily::DailyChange;
use crate::encryption;
use crate::server::Server;

impl Target for StartStreamEncryptionInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn start_stream_encryption(
    server: Arc<Server>,
    input: StartStreamEncryptionInput,
) -> Result<EmptyOutput, Exception> {
    encryption::check(input.encryption_type, &input.key_id)?;
    let key_id: Arc<str> = input.key_id.into();
    let plan = |stream: &Stream| {
        server.count_daily(stream, DailyChange::StartStreamEncryption)?;
        let settings = StreamSettings { encryption_key_id: Some(key_id), ..(*stream.settings).clone() };
        Ok(Some(StreamChange { settings: Some(settings), ..StreamChange::default() }))
    };
    server.change_stream(&input.stream, plan).await?;
    Ok(EmptyOutput)
}
