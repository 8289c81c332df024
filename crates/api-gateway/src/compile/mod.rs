//! From model to something that can run: templates parsed, mapping expressions and selection patterns understood, paths in a tree.
//!
//! What must stay true: this is the only place where a method is checked. Import calls it to refuse early, a deployment calls
//! it to build what callers reach; so nothing is parsed while a request waits. A method that cannot run does not keep the others
//! from running.

mod access_log_format;
mod aws_uri;
mod binary_media_types;
mod http_uri;
mod mapping;
mod mapping_template;
mod method;
mod problem;
mod router;
mod setting;
mod stage;
mod validation;

pub(crate) use aws_uri::{AwsAction, AwsTarget};
pub(crate) use http_uri::HttpUri;
pub(crate) use mapping::{BodyPart, RequestDestination, RequestSource, ResponseSource};
pub(crate) use mapping_template::MappingTemplate;
pub(crate) use method::{
    Backend, DeployedIntegration, DeployedMethod, DeployedResponse, MappedHeader, check_method,
};
pub(crate) use problem::Field;
pub use problem::{FieldProblem, MethodProblem};
pub(crate) use router::path_parameters;
pub(crate) use stage::DeployedStage;
pub(crate) use validation::{RequiredParameter, Validation};
