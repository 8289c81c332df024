//! Methods and what they can answer.

mod delete_method;
mod delete_method_response;
mod get_method;
mod get_method_response;
mod parameters;
mod put_method;
mod put_method_response;
mod test_invoke_method;
mod update_method;
mod update_method_response;

use http::Method;

pub(super) use parameters::invalid_verb;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "PutMethod",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
        status: 201,
        work: Work::Edit(put_method::put_method),
    },
    Route {
        operation: "GetMethod",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
        status: 200,
        work: Work::Read(get_method::get_method),
    },
    Route {
        operation: "UpdateMethod",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
        status: 200,
        work: Work::Edit(update_method::update_method),
    },
    Route {
        operation: "DeleteMethod",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
        status: 204,
        work: Work::Edit(delete_method::delete_method),
    },
    Route {
        operation: "TestInvokeMethod",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
        status: 200,
        work: Work::Wait(test_invoke_method::test_invoke_method),
    },
    Route {
        operation: "PutMethodResponse",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
        status: 201,
        work: Work::Edit(put_method_response::put_method_response),
    },
    Route {
        operation: "GetMethodResponse",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
        status: 200,
        work: Work::Read(get_method_response::get_method_response),
    },
    Route {
        operation: "UpdateMethodResponse",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
        status: 201,
        work: Work::Edit(update_method_response::update_method_response),
    },
    Route {
        operation: "DeleteMethodResponse",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
        status: 204,
        work: Work::Edit(delete_method_response::delete_method_response),
    },
];
