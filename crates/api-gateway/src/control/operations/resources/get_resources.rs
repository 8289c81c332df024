//! GetResources: in the order of their paths. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResources.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_resources(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let methods = views::Methods::asked(call);
    let keyed = api.resources.values().map(|resource| (resource.path.clone(), resource));
    Ok(Answer::Json(page.list(keyed, |resource| views::resource(resource, methods))))
}
