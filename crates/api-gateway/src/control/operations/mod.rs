//! The operations, one a file, by group.
//!
//! To add one: write its file, add a line to its group's `ROUTES`; to add a group: a folder with a `ROUTES`, a `mod` line and a line
//! in [`GROUPS`].

mod account;
mod api_keys;
mod authorizers;
mod client_certificates;
mod definitions;
mod deployments;
mod documentation;
mod domain_names;
mod extensions;
mod gateway_responses;
mod integrations;
mod methods;
mod models;
mod request_validators;
mod resources;
mod rest_apis;
mod stages;
mod tags;
mod usage_plans;

use super::routing::Route;

/// Every operation of AWS that is built.
pub(crate) const GROUPS: &[&[Route]] = &[
    rest_apis::ROUTES,
    resources::ROUTES,
    methods::ROUTES,
    integrations::ROUTES,
    deployments::ROUTES,
    stages::ROUTES,
    definitions::ROUTES,
    models::ROUTES,
    request_validators::ROUTES,
    gateway_responses::ROUTES,
    authorizers::ROUTES,
    tags::ROUTES,
    documentation::ROUTES,
    api_keys::ROUTES,
    usage_plans::ROUTES,
    account::ROUTES,
    domain_names::ROUTES,
    client_certificates::ROUTES,
];

/// Operations of our own.
pub(crate) const EXTENSIONS: &[Route] = extensions::ROUTES;
