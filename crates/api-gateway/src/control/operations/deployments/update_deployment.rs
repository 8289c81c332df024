//! UpdateDeployment. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDeployment.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup::no_deployment;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

const TABLE: PatchTable<()> = PatchTable {
    rules: &[Rule { path: "/description", ops: &[Op::Replace, Op::Remove], kind: () }],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_deployment(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let mut deployment = edit.deployment(call.path("deployment_id")).ok_or_else(no_deployment)?.clone();
        for operation in &operations {
            deployment.description = TABLE.step(operation)?.text_or_none();
        }
        let view = views::deployment(&deployment, false);
        edit.put_deployment(deployment);
        Ok(Answer::Json(view))
    })
}
