//! UpdateMaxRecordSize: the largest record that a stream takes.

use std::sync::Arc;

use alluvium_kinesis_model::operations::UpdateMaxRecordSizeInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{Stream, StreamChange, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for UpdateMaxRecordSizeInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn update_max_record_size(
    server: Arc<Server>,
    input: UpdateMaxRecordSizeInput,
) -> Result<EmptyOutput, Exception> {
    let record_kib_max = input.max_record_size_kib;
    let plan = |stream: &Stream| {
        let settings = StreamSettings { record_kib_max, ..(*stream.settings).clone() };
        Ok(Some(StreamChange { settings: Some(settings), ..StreamChange::default() }))
    };
    server.change_stream(&input.stream, plan).await?;
    Ok(EmptyOutput)
}
