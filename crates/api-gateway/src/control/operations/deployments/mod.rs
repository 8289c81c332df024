//! Deployments: copies of an API that stages show.

mod create_deployment;
mod delete_deployment;
mod get_deployment;
mod get_deployments;
mod update_deployment;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateDeployment",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/deployments",
        status: 201,
        work: Work::Edit(create_deployment::create_deployment),
    },
    Route {
        operation: "GetDeployments",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/deployments",
        status: 200,
        work: Work::Read(get_deployments::get_deployments),
    },
    Route {
        operation: "GetDeployment",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/deployments/{deployment_id}",
        status: 200,
        work: Work::Read(get_deployment::get_deployment),
    },
    Route {
        operation: "UpdateDeployment",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/deployments/{deployment_id}",
        status: 200,
        work: Work::Edit(update_deployment::update_deployment),
    },
    Route {
        operation: "DeleteDeployment",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/deployments/{deployment_id}",
        status: 202,
        work: Work::Edit(delete_deployment::delete_deployment),
    },
];
