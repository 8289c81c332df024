//! GetBasePathMappings and GetBasePathMapping.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetBasePathMappings.html>

use super::base_path::mapping;
use super::domain;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_base_path_mappings(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let account = call.gateway.account();
    let mappings = domain(&account, call)?.base_path_mappings.iter();
    let keyed = mappings.map(|(base_path, mapping)| (base_path.clone(), mapping));
    Ok(Answer::Json(page.list(keyed, views::base_path_mapping)))
}

pub(crate) fn get_base_path_mapping(call: &Call) -> Outcome {
    let account = call.gateway.account();
    Ok(Answer::Json(views::base_path_mapping(mapping(domain(&account, call)?, call)?)))
}
