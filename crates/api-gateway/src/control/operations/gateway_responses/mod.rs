//! Gateway responses of an API.

mod delete_gateway_response;
mod get_gateway_responses;
mod put_gateway_response;
mod update_gateway_response;

use http::Method;

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::{refuse, violation};
use crate::control::routing::{Route, Work};
use crate::model::GatewayResponseType;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "PutGatewayResponse",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/gatewayresponses/{response_type}",
        status: 201,
        work: Work::Edit(put_gateway_response::put_gateway_response),
    },
    Route {
        operation: "GetGatewayResponses",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/gatewayresponses",
        status: 200,
        work: Work::Read(get_gateway_responses::get_gateway_responses),
    },
    Route {
        operation: "GetGatewayResponse",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/gatewayresponses/{response_type}",
        status: 200,
        work: Work::Read(get_gateway_responses::get_gateway_response),
    },
    Route {
        operation: "UpdateGatewayResponse",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/gatewayresponses/{response_type}",
        status: 200,
        work: Work::Edit(update_gateway_response::update_gateway_response),
    },
    Route {
        operation: "DeleteGatewayResponse",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/gatewayresponses/{response_type}",
        status: 202,
        work: Work::Edit(delete_gateway_response::delete_gateway_response),
    },
];

/// The types in the order in which AWS tells them.
const TOLD: [&str; 21] = [
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "MISSING_AUTHENTICATION_TOKEN",
    "BAD_REQUEST_BODY",
    "INVALID_SIGNATURE",
    "INVALID_API_KEY",
    "BAD_REQUEST_PARAMETERS",
    "AUTHORIZER_FAILURE",
    "UNAUTHORIZED",
    "INTEGRATION_TIMEOUT",
    "ACCESS_DENIED",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "WAF_FILTERED",
    "QUOTA_EXCEEDED",
    "THROTTLED",
    "API_CONFIGURATION_ERROR",
    "UNSUPPORTED_MEDIA_TYPE",
    "INTEGRATION_FAILURE",
    "EXPIRED_TOKEN",
];

/// The type that the path names.
fn response_type(call: &Call) -> Result<GatewayResponseType, ControlError> {
    let name = call.path("response_type");
    if let Some(known) = GatewayResponseType::ALL.iter().find(|known| known.as_str() == name) {
        return Ok(*known);
    }
    let constraint = format!("Member must satisfy enum value set: [{}]", TOLD.join(", "));
    refuse(&[violation("responseType", &format!("'{name}'"), &constraint)])?;
    Err(no_gateway_response())
}

/// The type has not been customised.
fn no_gateway_response() -> ControlError {
    ControlError::not_found("Gateway response type not defined on api")
}
