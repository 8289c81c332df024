//! How operations on tags and policies say which resource they mean.

use crate::arn::ResourceArn;
use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::shapes;

/// The stream or consumer that a request means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceIdentifier {
    /// Its ARN; region and account may be of somebody else.
    pub arn: ResourceArn,
    /// The id of the stream, when the request gave one; it has to be the ARN's.
    pub stream_id: Option<String>,
}

/// The members that name a resource, as the request has them.
#[derive(Debug)]
pub(crate) struct ResourceMembers {
    arn: Option<String>,
    stream_id: Option<String>,
}

impl ResourceMembers {
    /// Takes the members out.
    pub(crate) fn take(members: &mut Members) -> Result<Self, Exception> {
        Ok(Self { arn: members.text("ResourceARN")?, stream_id: members.text("StreamId")? })
    }

    /// Checks them, and that the ARN is there.
    pub(crate) fn check_required(&self, checks: &mut Constraints) {
        checks.text("resourceARN", self.arn.as_deref(), &shapes::RESOURCE_ARN);
        checks.required("resourceARN", self.arn.as_ref().map(|_| ()));
        checks.text("streamId", self.stream_id.as_deref(), &shapes::STREAM_ID);
    }

    /// The resource that members mean which passed their checks. What is neither a stream nor a consumer is not there.
    pub(crate) fn identify(self) -> Result<ResourceIdentifier, Exception> {
        let text = self.arn.unwrap_or_default();
        match ResourceArn::parse(&text) {
            Some(arn) => Ok(ResourceIdentifier { arn, stream_id: self.stream_id }),
            None => Err(Exception::not_found(format!("Resource {text} not found."))),
        }
    }
}
