//! Custom domain names and their base path mappings.

mod base_path;
mod create_base_path_mapping;
mod create_domain_name;
mod delete_base_path_mapping;
mod delete_domain_name;
mod get_base_path_mappings;
mod get_domain_names;
mod name;
mod update_base_path_mapping;
mod update_domain_name;

use http::Method;

use crate::account::AccountState;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};
use crate::model::DomainName;

const DOMAINS: &str = "/domainnames";
const DOMAIN: &str = "/domainnames/{domain_name}";
const MAPPINGS: &str = "/domainnames/{domain_name}/basepathmappings";
const MAPPING: &str = "/domainnames/{domain_name}/basepathmappings/{base_path}";

pub(crate) const ROUTES: &[Route] = &[
    route("CreateDomainName", Method::POST, DOMAINS, 201, Work::Edit(create_domain_name::create_domain_name)),
    route("GetDomainNames", Method::GET, DOMAINS, 200, Work::Read(get_domain_names::get_domain_names)),
    route("GetDomainName", Method::GET, DOMAIN, 200, Work::Read(get_domain_names::get_domain_name)),
    route("UpdateDomainName", Method::PATCH, DOMAIN, 200, Work::Edit(update_domain_name::update_domain_name)),
    route(
        "DeleteDomainName",
        Method::DELETE,
        DOMAIN,
        202,
        Work::Edit(delete_domain_name::delete_domain_name),
    ),
    route(
        "CreateBasePathMapping",
        Method::POST,
        MAPPINGS,
        201,
        Work::Edit(create_base_path_mapping::create_base_path_mapping),
    ),
    route(
        "GetBasePathMappings",
        Method::GET,
        MAPPINGS,
        200,
        Work::Read(get_base_path_mappings::get_base_path_mappings),
    ),
    route(
        "GetBasePathMapping",
        Method::GET,
        MAPPING,
        200,
        Work::Read(get_base_path_mappings::get_base_path_mapping),
    ),
    route(
        "UpdateBasePathMapping",
        Method::PATCH,
        MAPPING,
        200,
        Work::Edit(update_base_path_mapping::update_base_path_mapping),
    ),
    route(
        "DeleteBasePathMapping",
        Method::DELETE,
        MAPPING,
        202,
        Work::Edit(delete_base_path_mapping::delete_base_path_mapping),
    ),
];

const fn route(operation: &'static str, verb: Method, path: &'static str, status: u16, work: Work) -> Route {
    Route { operation, verb, path, status, work }
}

/// The domain name that the path names.
fn domain<'a>(account: &'a AccountState, call: &Call) -> Result<&'a DomainName, ControlError> {
    account.domain_names.get(call.path("domain_name")).ok_or_else(no_domain)
}

fn no_domain() -> ControlError {
    ControlError::not_found("Invalid domain name identifier specified")
}
