//! GetDocumentationVersions and GetDocumentationVersion.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDocumentationVersions.html>

use super::no_version;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_documentation_versions(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let versions = api.documentation_versions.values();
    let keyed = versions.map(|version| (by_creation(version.created_millis, &version.version), version));
    Ok(Answer::Json(page.list(keyed, views::documentation_version)))
}

pub(crate) fn get_documentation_version(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let version = api.documentation_versions.get(call.path("doc_version")).ok_or_else(no_version)?;
    Ok(Answer::Json(views::documentation_version(version)))
}
