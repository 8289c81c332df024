//! The REST API model, in API Gateway's own nouns: what the control plane edits, import writes and a deployment copies.
//!
//! What must stay true: the model is plain data. It serialises to the names that API Gateway's own Get calls answer with, absent
//! maps are absent, strings (templates above all) come back byte for byte, and nothing here is parsed or checked for execution:
//! that happens once, at deployment.

mod account;
mod authorizer;
mod client_certificate;
mod deployment;
mod documentation;
mod domain_name;
mod gateway_response;
mod id;
mod integration;
mod method;
mod resource;
mod rest_api;
mod schema;
mod stage;
mod usage;

pub use account::Account;
pub use authorizer::Authorizer;
pub(crate) use client_certificate::ClientCertificate;
pub use deployment::Deployment;
pub use documentation::{DocumentationLocation, DocumentationPart, DocumentationVersion};
pub(crate) use domain_name::NO_BASE_PATH;
pub use domain_name::{BasePathMapping, DomainName};
pub use gateway_response::{GatewayResponse, GatewayResponseType};
pub(crate) use id::{API_ID_CHARS, RESOURCE_ID_CHARS, new_id};
pub use integration::{
    ConnectionType, ContentHandling, Integration, IntegrationResponse, IntegrationType, PassthroughBehavior,
    TlsConfig,
};
pub use method::{AuthorizationType, HttpVerb, Method, MethodResponse};
pub use resource::Resource;
pub use rest_api::{ApiKeySource, EndpointConfiguration, RestApi};
pub use schema::{Model, RequestValidator};
pub use stage::{AccessLogSettings, CanarySettings, MethodSetting, Stage};
pub use usage::{ApiKey, ApiStage, QuotaPeriod, QuotaSettings, ThrottleSettings, UsagePlan};
