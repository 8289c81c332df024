//! PutResourcePolicy: who else may use a stream or a consumer, in force when this answers.

use std::sync::Arc;

use alluvium_iam::ResourcePolicy;
use alluvium_kinesis_model::operations::PutResourcePolicyInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{Resource, Target};
use crate::resource_lookup::ResourceChange;
use crate::server::Server;

impl Target for PutResourcePolicyInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }
}

pub(crate) async fn put_resource_policy(
    server: Arc<Server>,
    input: PutResourcePolicyInput,
) -> Result<EmptyOutput, Exception> {
    let _turn = server.changing.lock().await;
    let resource = server.resource(&input.resource)?;
    server.check_settled(&resource)?;
    check_policy(&input.policy, &input.resource.arn.to_string())?;
    server.policies.note_one();
    server.change_resource(&resource, ResourceChange::Policy(Some(input.policy.into()))).await?;
    Ok(EmptyOutput)
}

/// Refuses what is no policy, and a policy that says nothing about this resource.
fn check_policy(text: &str, arn: &str) -> Result<(), Exception> {
    let invalid = |place: &str, what: &str| {
        Exception::invalid_argument(format!("The resource policy is not valid. {place}: {what}"))
    };
    let policy = ResourcePolicy::parse(text).map_err(|error| invalid(&error.place, &error.what))?;
    for (index, statement) in policy.statements().iter().enumerate() {
        for action in statement.actions() {
            let service = action.split(':').next().unwrap_or_default();
            if action != "*" && !service.eq_ignore_ascii_case("kinesis") {
                let what = format!("{action:?} is not an action of kinesis");
                return Err(invalid(&format!("Statement[{index}].Action"), &what));
            }
        }
        if !statement.covers_resource(arn) {
            let what = format!("it does not name {arn}");
            return Err(invalid(&format!("Statement[{index}].Resource"), &what));
        }
    }
    Ok(())
}
