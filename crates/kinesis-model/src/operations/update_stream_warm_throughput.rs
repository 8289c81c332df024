//! UpdateStreamWarmThroughput (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html>).

use crate::StreamName;
use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::stream::WarmThroughput;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;

/// An on-demand stream to be ready for another throughput.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStreamWarmThroughputInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The throughput, in MiB/s.
    pub warm_throughput_mibps: u32,
}

impl OperationInput for UpdateStreamWarmThroughputInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let warm_throughput_mibps = members.integer("WarmThroughputMiBps")?;

        let mut checks = Constraints::default();
        checks.integer("warmThroughputMiBps", warm_throughput_mibps, 0, i32::MAX);
        let warm_throughput_mibps = checks.required("warmThroughputMiBps", warm_throughput_mibps);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            warm_throughput_mibps: warm_throughput_mibps.unsigned_abs(),
        })
    }
}

/// A stream on its way to another throughput.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStreamWarmThroughputOutput {
    /// The stream.
    pub stream_name: StreamName,
    /// Its ARN.
    pub stream_arn: String,
    /// The throughput that it is to be ready for, and is.
    pub warm_throughput: WarmThroughput,
}

impl OperationOutput for UpdateStreamWarmThroughputOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("StreamARN", &self.stream_arn);
        writer.text_member("StreamName", self.stream_name.as_str());
        self.warm_throughput.write(writer);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<UpdateStreamWarmThroughputInput>(r#","WarmThroughputMiBps":0"#);
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateStreamWarmThroughputInput>(
            r#"{"StreamName":"a","WarmThroughputMiBps":-1}"#,
            &[
                "Value '-1' at 'warmThroughputMiBps' failed to satisfy constraint: Member must have value greater than or equal to 0",
            ],
        );
    }
}
