//! Models of an API.

mod create_model;
mod delete_model;
mod get_model_template;
mod get_models;
mod update_model;

use http::Method;

use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};
use crate::json::{self, Json};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateModel",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/models",
        status: 201,
        work: Work::Edit(create_model::create_model),
    },
    Route {
        operation: "GetModels",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/models",
        status: 200,
        work: Work::Read(get_models::get_models),
    },
    Route {
        operation: "GetModel",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/models/{model_name}",
        status: 200,
        work: Work::Read(get_models::get_model),
    },
    Route {
        operation: "GetModelTemplate",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/models/{model_name}/default_template",
        status: 200,
        work: Work::Read(get_model_template::get_model_template),
    },
    Route {
        operation: "UpdateModel",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/models/{model_name}",
        status: 200,
        work: Work::Edit(update_model::update_model),
    },
    Route {
        operation: "DeleteModel",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/models/{model_name}",
        status: 202,
        work: Work::Edit(delete_model::delete_model),
    },
];

/// There is no such model.
fn no_model(name: &str) -> ControlError {
    ControlError::not_found(format!("Invalid model name specified: {name}"))
}

/// A schema is a JSON object. The schema of what is not JSON can be anything.
fn check_schema(schema: Option<&str>, content_type: Option<&str>) -> Result<(), ControlError> {
    let is_json = content_type.is_some_and(|content_type| content_type.contains("json"));
    let Some(schema) = schema.filter(|_| is_json) else { return Ok(()) };
    if schema.is_empty() {
        return Err(ControlError::bad_request(
            "Model schema must have at least 1 property or array items defined",
        ));
    }
    match json::parse(schema) {
        Ok(Json::Object(_)) => Ok(()),
        _ => Err(ControlError::bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
        )),
    }
}
