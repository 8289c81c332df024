//! GetDocumentationParts and GetDocumentationPart.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDocumentationParts.html>

use super::no_part;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_documentation_parts(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    if call.query("locationStatus") == Some("UNDOCUMENTED") {
        return Err(ControlError::bad_request("locationStatus UNDOCUMENTED is not supported here"));
    }
    let api = call.rest_api()?;
    let fits = |name: &str, value: Option<&str>| call.query(name).is_none_or(|asked| value == Some(asked));
    let parts = api.documentation_parts.values().filter(|part| {
        let location = &part.location;
        fits("type", Some(&location.location_type))
            && fits("path", location.path.as_deref())
            && fits("name", location.name.as_deref())
    });
    let keyed = parts.map(|part| (part.id.clone(), part));
    Ok(Answer::Json(page.list(keyed, views::documentation_part)))
}

pub(crate) fn get_documentation_part(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let part = api.documentation_parts.get(call.path("part_id")).ok_or_else(no_part)?;
    Ok(Answer::Json(views::documentation_part(part)))
}
