//! Resources: the tree of paths.

mod create_resource;
mod delete_resource;
mod get_resource;
mod get_resources;
mod tree;
mod update_resource;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "GetResources",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources",
        status: 200,
        work: Work::Read(get_resources::get_resources),
    },
    Route {
        operation: "CreateResource",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/resources/{parent_id}",
        status: 201,
        work: Work::Edit(create_resource::create_resource),
    },
    Route {
        operation: "GetResource",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/resources/{resource_id}",
        status: 200,
        work: Work::Read(get_resource::get_resource),
    },
    Route {
        operation: "UpdateResource",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/resources/{resource_id}",
        status: 200,
        work: Work::Edit(update_resource::update_resource),
    },
    Route {
        operation: "DeleteResource",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/resources/{resource_id}",
        status: 202,
        work: Work::Edit(delete_resource::delete_resource),
    },
];
