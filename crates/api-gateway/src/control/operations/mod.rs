//! The operations, one a file, by group.
//!
//! To add one: write its file, add a line to its group's `ROUTES`; to add a group: a folder with a `ROUTES`, a `mod` line and a line
//! in [`GROUPS`].

mod deployments;
mod integrations;
mod methods;
mod resources;
mod rest_apis;
mod stages;

use super::routing::Route;

/// Every operation.
pub(crate) const GROUPS: &[&[Route]] = &[
    rest_apis::ROUTES,
    resources::ROUTES,
    methods::ROUTES,
    integrations::ROUTES,
    deployments::ROUTES,
    stages::ROUTES,
];
