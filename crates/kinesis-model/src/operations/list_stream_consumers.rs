//! ListStreamConsumers (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::consumer::ConsumerSummary;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{limits, shapes};

/// The consumers to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStreamConsumersInput {
    /// Their stream.
    pub stream: StreamIdentifier,
    /// Goes on where an earlier page ended.
    pub next_token: Option<String>,
    /// The most consumers to show.
    pub max_results: Option<u32>,
    /// When the meant stream of that name was made, milliseconds since 1970.
    pub created_millis: Option<i64>,
}

impl OperationInput for ListStreamConsumersInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let next_token = members.text("NextToken")?;
        let max_results = members.integer("MaxResults")?;
        let created_millis = members.timestamp_millis("StreamCreationTimestamp")?;

        let mut checks = Constraints::default();
        stream.check_arn_required(&mut checks);
        checks.text("nextToken", next_token.as_deref(), &shapes::NEXT_TOKEN);
        checks.integer("maxResults", max_results, 1, limits::LIST_LIMIT_MAX);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            next_token,
            max_results: max_results.map(i32::unsigned_abs),
            created_millis,
        })
    }
}

/// A page of consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStreamConsumersOutput {
    /// The consumers.
    pub consumers: Vec<ConsumerSummary>,
    /// Goes on after this page; `None` at the end.
    pub next_token: Option<String>,
}

impl OperationOutput for ListStreamConsumersOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.list_member("Consumers", &self.consumers, |list, consumer| {
            list.begin_structure();
            consumer.write_members(list);
            list.end_structure();
        });
        if let Some(next_token) = &self.next_token {
            writer.text_member("NextToken", next_token);
        }
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<ListStreamConsumersInput>(
            r#"{"NextToken":"","MaxResults":0}"#,
            &[
                "Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
                "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ],
        );
    }
}
