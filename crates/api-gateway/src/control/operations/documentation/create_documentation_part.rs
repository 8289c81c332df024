//! CreateDocumentationPart. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDocumentationPart.html>

use super::{LOCATION_TYPES, check_properties};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::{DocumentationLocation, DocumentationPart, RESOURCE_ID_CHARS, new_id};

pub(crate) fn create_documentation_part(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let location = location(&mut members)?;
    let properties = members.required_text("properties")?;
    members.finish()?;
    check_properties(&properties)?;
    call.edit_api(|edit| {
        if edit.api.documentation_parts.values().any(|part| part.location == location) {
            let text = format!(
                "Documentation part already exists for the specified location: type '{}'.",
                location.location_type
            );
            return Err(ControlError::conflict(text));
        }
        let part = DocumentationPart { id: new_id(RESOURCE_ID_CHARS), location, properties };
        let answer = Answer::Json(views::documentation_part(&part));
        edit.api.documentation_parts.insert(part.id.clone(), part);
        Ok(answer)
    })
}

fn location(members: &mut Members) -> Result<DocumentationLocation, ControlError> {
    let Some(mut sent) = members.structure("location")? else {
        members.violate_null("location");
        return Ok(DocumentationLocation::default());
    };
    let kind = sent.required_word("type", &LOCATION_TYPES)?;
    let location = DocumentationLocation {
        location_type: kind.unwrap_or_default().to_owned(),
        path: sent.text("path")?,
        method: sent.text("method")?,
        status_code: sent.text("statusCode")?,
        name: sent.text("name")?,
    };
    members.done(sent);
    Ok(location)
}
