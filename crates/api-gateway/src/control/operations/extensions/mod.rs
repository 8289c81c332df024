//! Operations that Amazon API Gateway does not have, beside its own.
//!
//! What must stay true: none of them has a path of AWS's model.

mod get_execution_logs;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[Route {
    operation: "GetExecutionLogs",
    verb: Method::GET,
    path: "/restapis/{restapi_id}/stages/{stage_name}/execution-logs",
    status: 200,
    work: Work::Read(get_execution_logs::get_execution_logs),
}];
