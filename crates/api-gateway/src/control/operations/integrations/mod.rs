//! Integrations and how their answers become those of the method.

pub(crate) mod checks;
mod delete_integration;
mod delete_integration_response;
mod get_integration;
mod get_integration_response;
mod put_integration;
mod put_integration_response;
mod update_integration;
mod update_integration_response;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "PutIntegration",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
        status: 201,
        work: Work::Edit(put_integration::put_integration),
    },
    Route {
        operation: "GetIntegration",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
        status: 200,
        work: Work::Read(get_integration::get_integration),
    },
    Route {
        operation: "UpdateIntegration",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
        status: 200,
        work: Work::Edit(update_integration::update_integration),
    },
    Route {
        operation: "DeleteIntegration",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
        status: 204,
        work: Work::Edit(delete_integration::delete_integration),
    },
    Route {
        operation: "PutIntegrationResponse",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
        status: 201,
        work: Work::Edit(put_integration_response::put_integration_response),
    },
    Route {
        operation: "GetIntegrationResponse",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
        status: 200,
        work: Work::Read(get_integration_response::get_integration_response),
    },
    Route {
        operation: "UpdateIntegrationResponse",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
        status: 200,
        work: Work::Edit(update_integration_response::update_integration_response),
    },
    Route {
        operation: "DeleteIntegrationResponse",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
        status: 204,
        work: Work::Edit(delete_integration_response::delete_integration_response),
    },
];
