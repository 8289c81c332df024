//! DeleteStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// Whether to take its registered consumers away with it, rather than to refuse.
    pub enforce_consumer_deletion: bool,
}

impl OperationInput for DeleteStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let enforce_consumer_deletion = members.boolean("EnforceConsumerDeletion")?;

        let mut checks = Constraints::default();
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            enforce_consumer_deletion: enforce_consumer_deletion.unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_stream_name;

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<DeleteStreamInput>("");
    }
}
