//! ListStreams (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::stream::StreamSummary;
use crate::writer::Writer;
use crate::{limits, shapes};

/// The streams to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStreamsInput {
    /// The most streams to show.
    pub limit: Option<u32>,
    /// Shows the streams after this name.
    pub exclusive_start_stream_name: Option<String>,
    /// Goes on where an earlier page ended.
    pub next_token: Option<String>,
}

impl OperationInput for ListStreamsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let limit = members.integer("Limit")?;
        let exclusive_start_stream_name = members.text("ExclusiveStartStreamName")?;
        let next_token = members.text("NextToken")?;

        let mut checks = Constraints::default();
        checks.integer("limit", limit, 1, limits::LIST_LIMIT_MAX);
        checks.text("exclusiveStartStreamName", exclusive_start_stream_name.as_deref(), &shapes::STREAM_NAME);
        checks.text("nextToken", next_token.as_deref(), &shapes::NEXT_TOKEN);
        checks.finish()?;
        Ok(Self { limit: limit.map(i32::unsigned_abs), exclusive_start_stream_name, next_token })
    }
}

/// A page of streams, in name order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStreamsOutput {
    /// The streams.
    pub streams: Vec<StreamSummary>,
    /// Goes on after this page; `None` at the end.
    pub next_token: Option<String>,
}

impl OperationOutput for ListStreamsOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.boolean_member("HasMoreStreams", self.next_token.is_some());
        writer.list_member("StreamNames", &self.streams, |list, stream| list.text(stream.name.as_str()));
        writer.list_member("StreamSummaries", &self.streams, |list, stream| {
            list.begin_structure();
            stream.write_members(list);
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
    use crate::operations::tests::{check_violations, long_name};

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<ListStreamsInput>(
            r#"{"ExclusiveStartStreamName":"","Limit":0}"#,
            &[
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'exclusiveStartStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'exclusiveStartStreamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        let name = long_name(129);
        check_violations::<ListStreamsInput>(
            &format!(r#"{{"ExclusiveStartStreamName":"{name}","Limit":1000000}}"#),
            &[
                "Value '1000000' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
                &format!(
                    "Value '{name}' at 'exclusiveStartStreamName' failed to satisfy constraint: Member must have length less than or equal to 128"
                ),
            ],
        );
    }
}
