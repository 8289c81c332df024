//! Documentation parts and versions of an API.

mod create_documentation_part;
mod create_documentation_version;
mod delete_documentation;
mod get_documentation_parts;
mod get_documentation_versions;
mod import_documentation_parts;
mod update_documentation;

use http::Method;

use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "CreateDocumentationPart",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/documentation/parts",
        status: 201,
        work: Work::Edit(create_documentation_part::create_documentation_part),
    },
    Route {
        operation: "ImportDocumentationParts",
        verb: Method::PUT,
        path: "/restapis/{restapi_id}/documentation/parts",
        status: 200,
        work: Work::Edit(import_documentation_parts::import_documentation_parts),
    },
    Route {
        operation: "GetDocumentationParts",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/documentation/parts",
        status: 200,
        work: Work::Read(get_documentation_parts::get_documentation_parts),
    },
    Route {
        operation: "GetDocumentationPart",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/documentation/parts/{part_id}",
        status: 200,
        work: Work::Read(get_documentation_parts::get_documentation_part),
    },
    Route {
        operation: "UpdateDocumentationPart",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/documentation/parts/{part_id}",
        status: 200,
        work: Work::Edit(update_documentation::update_documentation_part),
    },
    Route {
        operation: "DeleteDocumentationPart",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/documentation/parts/{part_id}",
        status: 202,
        work: Work::Edit(delete_documentation::delete_documentation_part),
    },
    Route {
        operation: "CreateDocumentationVersion",
        verb: Method::POST,
        path: "/restapis/{restapi_id}/documentation/versions",
        status: 201,
        work: Work::Edit(create_documentation_version::create_documentation_version),
    },
    Route {
        operation: "GetDocumentationVersions",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/documentation/versions",
        status: 200,
        work: Work::Read(get_documentation_versions::get_documentation_versions),
    },
    Route {
        operation: "GetDocumentationVersion",
        verb: Method::GET,
        path: "/restapis/{restapi_id}/documentation/versions/{doc_version}",
        status: 200,
        work: Work::Read(get_documentation_versions::get_documentation_version),
    },
    Route {
        operation: "UpdateDocumentationVersion",
        verb: Method::PATCH,
        path: "/restapis/{restapi_id}/documentation/versions/{doc_version}",
        status: 200,
        work: Work::Edit(update_documentation::update_documentation_version),
    },
    Route {
        operation: "DeleteDocumentationVersion",
        verb: Method::DELETE,
        path: "/restapis/{restapi_id}/documentation/versions/{doc_version}",
        status: 202,
        work: Work::Edit(delete_documentation::delete_documentation_version),
    },
];

/// The words of a location's type.
const LOCATION_TYPES: [(&str, &str); 12] = [
    ("RESPONSE_BODY", "RESPONSE_BODY"),
    ("RESPONSE", "RESPONSE"),
    ("METHOD", "METHOD"),
    ("MODEL", "MODEL"),
    ("AUTHORIZER", "AUTHORIZER"),
    ("RESPONSE_HEADER", "RESPONSE_HEADER"),
    ("RESOURCE", "RESOURCE"),
    ("PATH_PARAMETER", "PATH_PARAMETER"),
    ("REQUEST_BODY", "REQUEST_BODY"),
    ("QUERY_PARAMETER", "QUERY_PARAMETER"),
    ("API", "API"),
    ("REQUEST_HEADER", "REQUEST_HEADER"),
];

/// There is no such part.
fn no_part() -> ControlError {
    ControlError::not_found("Invalid Documentation part identifier specified")
}

/// There is no such version.
fn no_version() -> ControlError {
    ControlError::not_found("Invalid Documentation version specified")
}

/// Properties are a JSON object.
fn check_properties(text: &str) -> Result<(), ControlError> {
    match crate::json::parse(text) {
        Ok(crate::json::Json::Object(_)) => Ok(()),
        _ => Err(ControlError::bad_request("Documentation part properties must be a JSON object")),
    }
}
