//! GetAuthorizers and GetAuthorizer. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAuthorizer.html>

use super::no_authorizer;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_authorizers(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let keyed = api.authorizers.values().map(|authorizer| (authorizer.id.clone(), authorizer));
    Ok(Answer::Json(page.list(keyed, views::authorizer)))
}

pub(crate) fn get_authorizer(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let authorizer = api.authorizers.get(call.path("authorizer_id")).ok_or_else(no_authorizer)?;
    Ok(Answer::Json(views::authorizer(authorizer)))
}
