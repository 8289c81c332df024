//! CreateModel. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html>
//!
//! What must stay true: a schema is kept byte for byte.

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::import::is_model_name;
use crate::limits::MODELS_MAX;
use crate::model::{Model, RESOURCE_ID_CHARS, new_id};

pub(crate) fn create_model(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let model = Model {
        id: new_id(RESOURCE_ID_CHARS),
        name: members.required_text("name")?,
        description: members.text("description")?,
        schema: members.text("schema")?,
        content_type: Some(members.required_text("contentType")?),
    };
    members.finish()?;
    call.edit_api(|edit| {
        if model.name.is_empty() {
            return Err(ControlError::bad_request("Model name must be non-empty"));
        }
        if !is_model_name(&model.name) {
            let text = format!("Model name must be alphanumeric: {}", model.name);
            return Err(ControlError::bad_request(text));
        }
        if edit.api.models.contains_key(&model.name) {
            return Err(ControlError::conflict("Model name already exists for this REST API"));
        }
        if edit.api.models.len() >= MODELS_MAX {
            let text = format!("Maximum number of Models for this API has been reached: {MODELS_MAX}");
            return Err(ControlError::limit_exceeded(text));
        }
        super::check_schema(model.schema.as_deref(), model.content_type.as_deref())?;
        let answer = Answer::Json(views::model(&model));
        edit.api.models.insert(model.name.clone(), model);
        Ok(answer)
    })
}
