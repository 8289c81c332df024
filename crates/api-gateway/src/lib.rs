//! The API Gateway service: REST APIs, made by calls or by OpenAPI, who may call them, and the execution of requests in API Gateway's own
//! steps.
//!
//! [`ApiGateway`] holds the APIs, durably. A definition is imported ([`ApiGateway::import_or_put_rest_api`]), deployed to a stage
//! ([`ApiGateway::create_deployment`]), and then answers at its invoke URL ([`ApiGateway::invoke_service`], [`InvokeUrl`]).
//! Clients of AWS make and change the same APIs by calls ([`ApiGateway::control_service`]).
//! Read `model` for the nouns, `execution` for the steps, `access` for who may call, `control` for the calls.
//!
//! What must stay true: nothing is parsed while a request waits but the request itself; the gateway reaches a backend only
//! through an [`HttpHop`], as the execution role that the method names.

mod model;

mod export;
mod import;

mod compile;
mod template;
mod text;

mod json;
mod jsonpath;
mod schema;

mod access_logs;
mod execution;
mod execution_logs;
mod request_ids;

mod access;
mod credentials;
mod custom_domain;
mod hop;
mod invoke_url;
mod service;

mod account;
mod control;
mod edit;
mod gateway;
mod stage_variables;
mod state;

pub mod limits;

pub use compile::{FieldProblem, MethodProblem};
pub use control::{ControlOperation, ControlOptions, ControlService};
pub use credentials::{CredentialsProvider, CredentialsSource};
pub use execution::{TestInvoked, TestRequest};
pub use execution_logs::{ExecutionLog, ExecutionLogs, LogLine};
pub use gateway::{ApiGateway, DeployError, GatewayOptions, Imported, Limits, StoreApiError};
pub use hop::{AwsServiceTarget, HopError, HttpHop, network_hop};
pub use import::{Definition, ImportError, ImportProblem, ImportWarning, Place};
pub use invoke_url::InvokeUrl;
pub use model::{
    AccessLogSettings, Account, ApiKey, ApiKeySource, ApiStage, AuthorizationType, Authorizer,
    BasePathMapping, CanarySettings, ConnectionType, ContentHandling, Deployment, DocumentationLocation,
    DocumentationPart, DocumentationVersion, DomainName, EndpointConfiguration, GatewayResponse,
    GatewayResponseType, HttpVerb, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse,
    MethodSetting, Model, PassthroughBehavior, QuotaPeriod, QuotaSettings, RequestValidator, Resource,
    RestApi, Stage, ThrottleSettings, TlsConfig, UsagePlan,
};
pub use service::InvokeService;
pub use state::{OpenError, SaveError};
pub use template::{
    RenderTemplateError, Severity, TemplateFinding, TemplateInput, check_template, render_template,
};
