//! UpdateBasePathMapping. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateBasePathMapping.html>
//!
//! What must stay true: the mapping is checked as a whole after all operations, so their order does not matter.

use super::base_path::{base_path, check, domain_mut, mapping, stage, taken};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;

#[derive(Debug, Clone, Copy)]
enum Kind {
    BasePath,
    RestApiId,
    Stage,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/basePath", ops: &[Op::Replace], kind: Kind::BasePath },
        Rule { path: "/restapiId", ops: &[Op::Replace], kind: Kind::RestApiId },
        Rule { path: "/stage", ops: &[Op::Replace], kind: Kind::Stage },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_base_path_mapping(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_account(|account| {
        let domain = domain_mut(account, call)?;
        let before = mapping(domain, call)?.base_path.clone();
        let mut changed = mapping(domain, call)?.clone();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::BasePath => changed.base_path = base_path(step.text()),
                Kind::RestApiId => step.text().clone_into(&mut changed.rest_api_id),
                Kind::Stage => changed.stage = stage(step.value),
            }
        }
        check(&changed, call)?;
        if changed.base_path != before && domain.base_path_mappings.contains_key(&changed.base_path) {
            return Err(taken());
        }
        let answer = Answer::Json(views::base_path_mapping(&changed));
        domain.base_path_mappings.shift_remove(&before);
        domain.base_path_mappings.insert(changed.base_path.clone(), changed);
        Ok((answer, vec![AccountChange::DomainName(domain.domain_name.clone())]))
    })
}
