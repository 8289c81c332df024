//! GetResourcePolicy: the policy of a stream or a consumer, as it was put.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{GetResourcePolicyInput, GetResourcePolicyOutput};

use crate::authorize::{Resource, Target};
use crate::policies::no_policy;
use crate::server::Server;

impl Target for GetResourcePolicyInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }
}

pub(crate) async fn get_resource_policy(
    server: Arc<Server>,
    input: GetResourcePolicyInput,
) -> Result<GetResourcePolicyOutput, Exception> {
    let resource = server.resource(&input.resource)?;
    let policy = resource.policy().ok_or_else(|| no_policy(&input.resource.arn))?;
    Ok(GetResourcePolicyOutput { policy: policy.to_string() })
}
