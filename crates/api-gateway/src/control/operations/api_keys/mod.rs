//! API keys.

mod create_api_key;
mod delete_api_key;
mod get_api_key;
mod get_api_keys;
mod import_api_keys;
mod import_file;
mod update_api_key;

use http::Method;

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateApiKey",
        verb: Method::POST,
        path: "/apikeys",
        status: 201,
        work: Work::Edit(create_api_key::create_api_key),
    },
    Route {
        operation: "ImportApiKeys",
        verb: Method::POST,
        path: "/apikeys?mode=import",
        status: 201,
        work: Work::Edit(import_api_keys::import_api_keys),
    },
    Route {
        operation: "GetApiKeys",
        verb: Method::GET,
        path: "/apikeys",
        status: 200,
        work: Work::Read(get_api_keys::get_api_keys),
    },
    Route {
        operation: "GetApiKey",
        verb: Method::GET,
        path: "/apikeys/{api_Key}",
        status: 200,
        work: Work::Read(get_api_key::get_api_key),
    },
    Route {
        operation: "UpdateApiKey",
        verb: Method::PATCH,
        path: "/apikeys/{api_Key}",
        status: 200,
        work: Work::Edit(update_api_key::update_api_key),
    },
    Route {
        operation: "DeleteApiKey",
        verb: Method::DELETE,
        path: "/apikeys/{api_Key}",
        status: 202,
        work: Work::Edit(delete_api_key::delete_api_key),
    },
];

/// There is no API key of this id.
pub(super) fn no_api_key() -> ControlError {
    ControlError::not_found("Invalid API Key identifier specified")
}

/// Whether the value is asked for by a query parameter.
fn includes_value(call: &Call, parameter: &str) -> bool {
    call.query(parameter).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}
