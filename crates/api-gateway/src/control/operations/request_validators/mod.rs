//! Request validators of an API.

mod create_request_validator;
mod delete_request_validator;
mod get_request_validators;
mod update_request_validator;

use http::Method;

use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateRequestValidator",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/requestvalidators",
        status: 201,
        work: Work::Edit(create_request_validator::create_request_validator),
    },
    Route {
        operation: "GetRequestValidators",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/requestvalidators",
        status: 200,
        work: Work::Read(get_request_validators::get_request_validators),
    },
    Route {
        operation: "GetRequestValidator",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}",
        status: 200,
        work: Work::Read(get_request_validators::get_request_validator),
    },
    Route {
        operation: "UpdateRequestValidator",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}",
        status: 200,
        work: Work::Edit(update_request_validator::update_request_validator),
    },
    Route {
        operation: "DeleteRequestValidator",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}",
        status: 202,
        work: Work::Edit(delete_request_validator::delete_request_validator),
    },
];

/// There is no such validator.
fn no_request_validator() -> ControlError {
    ControlError::not_found("Invalid Request Validator identifier specified")
}
