//! Stages: the names under which deployments are called.

mod canary;
mod create_stage;
mod delete_stage;
mod flush_stage_cache;
mod get_stage;
mod get_stages;
mod method_setting;
mod new_stage;
mod update_stage;

use http::Method;

pub(super) use new_stage::{cache_cluster_size, check_room, check_stage_name, check_variables};

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateStage",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/stages",
        status: 201,
        work: Work::Edit(create_stage::create_stage),
    },
    Route {
        operation: "GetStages",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/stages",
        status: 200,
        work: Work::Read(get_stages::get_stages),
    },
    Route {
        operation: "GetStage",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/stages/{stage_name}",
        status: 200,
        work: Work::Read(get_stage::get_stage),
    },
    Route {
        operation: "UpdateStage",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/stages/{stage_name}",
        status: 200,
        work: Work::Edit(update_stage::update_stage),
    },
    Route {
        operation: "DeleteStage",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/stages/{stage_name}",
        status: 202,
        work: Work::Edit(delete_stage::delete_stage),
    },
    Route {
        operation: "FlushStageCache",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/stages/{stage_name}/cache/data",
        status: 202,
        work: Work::Read(flush_stage_cache::flush_stage_cache),
    },
    Route {
        operation: "FlushStageAuthorizersCache",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers",
        status: 202,
        work: Work::Read(flush_stage_cache::flush_stage_cache),
    },
];
