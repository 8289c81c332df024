//! DeleteBasePathMapping. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteBasePathMapping.html>

use super::base_path::{domain_mut, no_mapping};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_base_path_mapping(call: &Call) -> Outcome {
    call.edit_account(|account| {
        let domain = domain_mut(account, call)?;
        domain.base_path_mappings.shift_remove(call.path("base_path")).ok_or_else(no_mapping)?;
        Ok((Answer::Empty, vec![AccountChange::DomainName(domain.domain_name.clone())]))
    })
}
