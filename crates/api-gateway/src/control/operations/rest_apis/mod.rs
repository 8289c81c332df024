//! REST APIs themselves.

mod create_rest_api;
mod delete_rest_api;
mod get_rest_api;
mod get_rest_apis;
mod update_rest_api;

use http::Method;

use crate::control::routing::{Route, Work};
pub(super) use create_rest_api::{
    ENDPOINT_ACCESS_MODES, ENDPOINT_TYPES, IP_ADDRESS_TYPES, SECURITY_POLICIES, endpoint_configuration,
};

pub(super) use update_rest_api::check_policy;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateRestApi",
        verb: Method::POST,
        path: "/restapis",
        status: 201,
        work: Work::Edit(create_rest_api::create_rest_api),
    },
    Route {
        operation: "GetRestApis",
        verb: Method::GET,
        path: "/restapis",
        status: 200,
        work: Work::Read(get_rest_apis::get_rest_apis),
    },
    Route {
        operation: "GetRestApi",
        verb: Method::GET,
        path: "/restapis/{restapi_id}",
        status: 200,
        work: Work::Read(get_rest_api::get_rest_api),
    },
    Route {
        operation: "UpdateRestApi",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}",
        status: 200,
        work: Work::Edit(update_rest_api::update_rest_api),
    },
    Route {
        operation: "DeleteRestApi",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}",
        status: 202,
        work: Work::Edit(delete_rest_api::delete_rest_api),
    },
];
