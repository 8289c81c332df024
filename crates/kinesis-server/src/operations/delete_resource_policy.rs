//! DeleteResourcePolicy: a stream or a consumer has no policy any more.

use std::sync::Arc;

use alluvium_kinesis_model::operations::DeleteResourcePolicyInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{Resource, Target};
use crate::policies::no_policy;
use crate::resource_lookup::ResourceChange;
use crate::server::Server;

impl Target for DeleteResourcePolicyInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }
}

pub(crate) async fn delete_resource_policy(
    server: Arc<Server>,
    input: DeleteResourcePolicyInput,
) -> Result<EmptyOutput, Exception> {
    let _turn = server.changing.lock().await;
    let resource = server.resource(&input.resource)?;
    server.check_settled(&resource)?;
    resource.policy().ok_or_else(|| no_policy(&input.resource.arn))?;
    server.change_resource(&resource, ResourceChange::Policy(None)).await?;
    Ok(EmptyOutput)
}
