//! The REST API model, in API Gateway's own nouns: what the control plane edits, import writes and a deployment copies.
//!
//! What must stay true: the model is plain data. It serialises to the names that API Gateway's own Get calls answer with, absent
//! maps are absent, strings (templates above all) come back byte for byte, and nothing here is parsed or checked for execution:
//! that happens once, at deployment.

mod deployment;
mod gateway_response;
mod id;
mod integration;
mod method;
mod resource;
mod rest_api;

pub use deployment::{Deployment, Stage};
pub use gateway_response::{GatewayResponse, GatewayResponseType};
pub(crate) use id::{API_ID_CHARS, RESOURCE_ID_CHARS, new_id};
pub use integration::{Integration, IntegrationResponse, IntegrationType, PassthroughBehavior};
pub use method::{AuthorizationType, HttpVerb, Method, MethodResponse};
pub use resource::Resource;
pub use rest_api::RestApi;
