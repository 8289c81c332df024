//! UpdateMaxRecordSize (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to take records of another size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateMaxRecordSizeInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The largest record that it is to take, in KiB, within [`limits::MAX_RECORD_SIZE_KIB`].
    pub max_record_size_kib: u32,
}

impl OperationInput for UpdateMaxRecordSizeInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let max_record_size_kib = members.integer("MaxRecordSizeInKiB")?;

        let mut checks = Constraints::default();
        stream.check(&mut checks);
        let sizes = limits::MAX_RECORD_SIZE_KIB;
        checks.integer("maxRecordSizeInKiB", max_record_size_kib, *sizes.start(), *sizes.end());
        let max_record_size_kib = checks.required("maxRecordSizeInKiB", max_record_size_kib);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            max_record_size_kib: max_record_size_kib.unsigned_abs(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_violations, refusal};

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateMaxRecordSizeInput>(
            r#"{"StreamARN":"x","MaxRecordSizeInKiB":1023}"#,
            &[
                "Value 'x' at 'streamARN' failed to satisfy constraint: Member must satisfy regular expression pattern: \
                 arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+",
                "Value '1023' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value greater than or equal to 1024",
            ],
        );
        assert_eq!(
            refusal::<UpdateMaxRecordSizeInput>(r#"{"MaxRecordSizeInKiB":2048}"#),
            "InvalidArgumentException: One of StreamName, StreamARN and StreamId should be provided."
        );
    }
}
