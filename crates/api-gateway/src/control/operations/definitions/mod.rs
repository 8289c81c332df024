//! Definitions of whole APIs: their import and export.

mod checks;
mod get_export;
mod import_rest_api;
mod parameters;
mod put_rest_api;

pub(crate) use parameters::{definition, import_mode};

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "ImportRestApi",
        verb: Method::POST,
        path: "/restapis?mode=import",
        status: 201,
        work: Work::Edit(import_rest_api::import_rest_api),
    },
    Route {
        operation: "PutRestApi",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}",
        status: 200,
        work: Work::Edit(put_rest_api::put_rest_api),
    },
    Route {
        operation: "GetExport",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}",
        status: 200,
        work: Work::Read(get_export::get_export),
    },
];
