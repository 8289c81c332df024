//! CreateBasePathMapping. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html>

use super::base_path::{base_path, check, domain_mut, stage, taken};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::limits::BASE_PATH_MAPPINGS_MAX;
use crate::model::BasePathMapping;

pub(crate) fn create_base_path_mapping(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let mapping = BasePathMapping {
        base_path: base_path(&members.text("basePath")?.unwrap_or_default()),
        rest_api_id: members.required_text("restApiId")?,
        stage: stage(members.text("stage")?.as_deref()),
    };
    members.finish()?;
    call.edit_account(|account| {
        let domain = domain_mut(account, call)?;
        check(&mapping, call)?;
        if domain.base_path_mappings.contains_key(&mapping.base_path) {
            return Err(taken());
        }
        if domain.base_path_mappings.len() >= BASE_PATH_MAPPINGS_MAX {
            return Err(ControlError::limit_exceeded(
                "Maximum number of base path mappings per domain name has been reached",
            ));
        }
        let answer = Answer::Json(views::base_path_mapping(&mapping));
        domain.base_path_mappings.insert(mapping.base_path.clone(), mapping);
        Ok((answer, vec![AccountChange::DomainName(domain.domain_name.clone())]))
    })
}
