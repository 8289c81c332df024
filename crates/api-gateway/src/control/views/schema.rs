//! Models and request validators as AWS shows them. <https://docs.aws.amazon.com/apigateway/latest/api/API_Model.html>

use serde_json::Value;

use super::{object, plain};
use crate::model::{Model, RequestValidator};

/// A model as AWS shows it.
pub(crate) fn model(model: &Model) -> Value {
    object([
        ("id", plain(&model.id)),
        ("name", plain(&model.name)),
        ("description", plain(&model.description)),
        ("schema", plain(&model.schema)),
        ("contentType", plain(&model.content_type)),
    ])
}

/// A request validator as AWS shows it.
pub(crate) fn request_validator(validator: &RequestValidator) -> Value {
    object([
        ("id", plain(&validator.id)),
        ("name", plain(&validator.name)),
        ("validateRequestBody", plain(&validator.validate_request_body)),
        ("validateRequestParameters", plain(&validator.validate_request_parameters)),
    ])
}
