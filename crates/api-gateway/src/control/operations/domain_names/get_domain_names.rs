//! GetDomainNames and GetDomainName. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDomainNames.html>

use super::domain;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_domain_names(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let account = call.gateway.account();
    let keyed = account.domain_names.iter().map(|(name, domain)| (name.clone(), domain));
    Ok(Answer::Json(page.list(keyed, |domain| views::domain_name(domain, &call.region))))
}

pub(crate) fn get_domain_name(call: &Call) -> Outcome {
    let account = call.gateway.account();
    Ok(Answer::Json(views::domain_name(domain(&account, call)?, &call.region)))
}
