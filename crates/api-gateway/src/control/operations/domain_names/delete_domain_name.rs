//! DeleteDomainName: with its mappings. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteDomainName.html>

use super::no_domain;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_domain_name(call: &Call) -> Outcome {
    let name = call.path("domain_name");
    call.edit_account(|account| {
        account.domain_names.shift_remove(name).ok_or_else(no_domain)?;
        Ok((Answer::Empty, vec![AccountChange::DomainName(name.to_owned())]))
    })
}
