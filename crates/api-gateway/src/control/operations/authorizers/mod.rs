//! Authorizers of an API: kept and given back. A method that asks one cannot run here.

mod create_authorizer;
mod delete_authorizer;
mod get_authorizers;
mod test_invoke_authorizer;
mod update_authorizer;

use http::Method;

use crate::control::authorize::check_pass_role;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};
use crate::model::Authorizer;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateAuthorizer",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/authorizers",
        status: 201,
        work: Work::Edit(create_authorizer::create_authorizer),
    },
    Route {
        operation: "GetAuthorizers",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/authorizers",
        status: 200,
        work: Work::Read(get_authorizers::get_authorizers),
    },
    Route {
        operation: "GetAuthorizer",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/authorizers/{authorizer_id}",
        status: 200,
        work: Work::Read(get_authorizers::get_authorizer),
    },
    Route {
        operation: "UpdateAuthorizer",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/authorizers/{authorizer_id}",
        status: 200,
        work: Work::Edit(update_authorizer::update_authorizer),
    },
    Route {
        operation: "DeleteAuthorizer",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/authorizers/{authorizer_id}",
        status: 202,
        work: Work::Edit(delete_authorizer::delete_authorizer),
    },
    Route {
        operation: "TestInvokeAuthorizer",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/authorizers/{authorizer_id}",
        status: 200,
        work: Work::Read(test_invoke_authorizer::test_invoke_authorizer),
    },
];

/// There is no such authorizer.
fn no_authorizer() -> ControlError {
    ControlError::not_found("Invalid Authorizer identifier specified")
}

/// Whether the caller may have API Gateway act as the authorizer's role.
pub(super) fn check_credentials(call: &Call, authorizer: &Authorizer) -> Result<(), ControlError> {
    match authorizer.authorizer_credentials.as_deref() {
        None | Some("") => Ok(()),
        Some(role_arn) => check_pass_role(call, role_arn),
    }
}

/// The longest that a decision may hold, in seconds: an hour.
const RESULT_TTL_SECONDS_MAX: i64 = 3600;

/// A decision holds for 0 to 3600 seconds.
fn check_ttl(seconds: Option<i64>) -> Result<(), ControlError> {
    match seconds {
        Some(seconds) if !(0..=RESULT_TTL_SECONDS_MAX).contains(&seconds) => {
            Err(ControlError::bad_request(format!(
                "Invalid Authorizer Result TTL: {seconds}. It must be between 0 and {RESULT_TTL_SECONDS_MAX}"
            )))
        }
        _ => Ok(()),
    }
}
