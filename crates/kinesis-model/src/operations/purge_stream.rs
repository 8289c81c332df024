//! PurgeStream: removes all records of a stream and leaves the stream as it is. Alluvium's own operation; on AWS a stream has
//! to be deleted and made again.

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// The stream to be purged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
}

impl OperationInput for PurgeStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let dry_run = members.boolean("DryRun")?;
        let mut checks = Constraints::default();
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, dry_run: dry_run.unwrap_or(false) })
    }
}
