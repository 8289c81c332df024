//! Every limit of the API Gateway service in one place, with its unit and where it comes from.
//!
//! What must stay true: whatever a client, a definition file or a template sends is measured against one of these before it
//! is parsed or stored. Quotas: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>.

use std::time::Duration;

/// The largest request payload that a method takes: 10 MB = 10 * 1024 * 1024 bytes. More is `REQUEST_TOO_LARGE` (413).
pub const PAYLOAD_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The largest sum of header names and values of a request: 10,240 bytes.
pub const HEADER_BYTES_MAX: usize = 10_240;

/// How long an integration may take when it names no timeout of its own: 29 s.
pub const INTEGRATION_TIMEOUT_DEFAULT: Duration = Duration::from_secs(29);

/// The shortest timeout that an integration may name: 50 ms.
pub const INTEGRATION_TIMEOUT_MILLIS_MIN: u64 = 50;

/// The longest timeout that an integration may name: 29,000 ms.
pub const INTEGRATION_TIMEOUT_MILLIS_MAX: u64 = 29_000;

/// The largest definition file that import takes: 6 MB.
pub const DEFINITION_BYTES_MAX: usize = 6 * 1024 * 1024;

/// The largest request of the control plane: a definition file, 6 MB, with room for its wrapping. More is 413.
pub const CONTROL_BODY_BYTES_MAX: usize = DEFINITION_BYTES_MAX + 64 * 1024;

/// REST APIs of an account: 600.
pub const REST_APIS_MAX: usize = 600;

/// The largest size from which on answers may be compressed: 10 MB.
pub const COMPRESSION_BYTES_MAX: u32 = 10 * 1024 * 1024;

/// The burst limit that a stage's methods have unless told otherwise: the account's, 5,000.
pub(crate) const THROTTLING_BURST_DEFAULT: i64 = 5_000;

/// The rate limit that a stage's methods have unless told otherwise, per second: the account's, 10,000.
pub(crate) const THROTTLING_RATE_DEFAULT: f64 = 10_000.0;

/// Items of a list when a client names no `limit`: 25.
pub(crate) const PAGE_ITEMS_DEFAULT: usize = 25;

/// Items of a list at most, whatever `limit` says: 500.
pub(crate) const PAGE_ITEMS_MAX: usize = 500;

/// Resources of one API: 300.
pub const RESOURCES_MAX: usize = 300;

/// Stages of one API: 10.
pub const STAGES_MAX: usize = 10;

/// Authorizers of one API: 10.
pub(crate) const AUTHORIZERS_MAX: usize = 10;

/// Models of one API. Own limit.
pub(crate) const MODELS_MAX: usize = 300;

/// Request validators of one API. Own limit.
pub(crate) const REQUEST_VALIDATORS_MAX: usize = 300;

/// Deployments of one API. Own limit: each is a copy of the API.
pub const DEPLOYMENTS_MAX: usize = 1_000;

/// Operations of one update. Own limit.
pub(crate) const PATCH_OPERATIONS_MAX: usize = 1_000;

/// Variables of one stage: 100.
pub(crate) const STAGE_VARIABLES_MAX: usize = 100;

/// Length of a stage variable's name: 64 characters.
pub(crate) const STAGE_VARIABLE_NAME_CHARS_MAX: usize = 64;

/// Length of a stage variable's value: 512 characters.
pub(crate) const STAGE_VARIABLE_VALUE_CHARS_MAX: usize = 512;

/// Tags of one thing: 50.
pub(crate) const TAGS_MAX: usize = 50;

/// Length of a tag's key: 128 characters.
pub(crate) const TAG_KEY_CHARS_MAX: usize = 128;

/// Length of a tag's value: 256 characters.
pub(crate) const TAG_VALUE_CHARS_MAX: usize = 256;

/// Size of one mapping template: 300 KB.
pub const TEMPLATE_BYTES_MAX: usize = 300 * 1024;

/// Nesting of a JSON payload. Own limit, so that no payload decides the depth of our stack.
pub(crate) const JSON_DEPTH_MAX: usize = 256;

/// Length of one JSONPath expression in bytes. Own limit.
pub(crate) const JSONPATH_BYTES_MAX: usize = 4096;

/// Nesting of brackets and filters inside one JSONPath expression. Own limit.
pub(crate) const JSONPATH_DEPTH_MAX: usize = 16;

/// Values that one evaluation of a JSONPath may visit. Own limit: a payload of 10 MB holds about a million.
pub(crate) const JSONPATH_VISITS_MAX: usize = 2_000_000;

/// Compiled size of one regular expression (selection pattern or JSONPath `=~`) in bytes. Own limit.
pub(crate) const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// Segments of a request path that are looked at. Own limit; a resource path has at most one per resource.
pub(crate) const PATH_SEGMENTS_MAX: usize = 512;

/// Nesting of a definition file. Own limit.
pub(crate) const DEFINITION_DEPTH_MAX: usize = 64;

/// The largest resource policy of an API: 8,192 bytes.
pub(crate) const POLICY_BYTES_MAX: usize = 8192;

/// Requests per second of an account, with `limits: aws`: 10,000.
pub(crate) const ACCOUNT_RATE: f64 = 10_000.0;

/// Requests at once of an account, with `limits: aws`: 5,000.
pub(crate) const ACCOUNT_BURST: i64 = 5_000;

/// Days for which the usage of an API key is kept. Own limit; AWS names none.
pub(crate) const USAGE_DAYS_MAX: i64 = 90;

/// How long after a request its usage is on the disk at the latest. A kill loses what came within it. Own limit.
pub(crate) const USAGE_SAVE_INTERVAL: Duration = Duration::from_secs(5);

/// The longest line of an execution log in bytes: CloudWatch's own for API Gateway is 1,024.
pub(crate) const LOG_LINE_BYTES_MAX: usize = 1024;

/// The longest line of TestInvokeMethod's log in bytes. Own limit.
pub(crate) const TEST_LOG_LINE_BYTES_MAX: usize = 64 * 1024;

/// Requests of one stage whose execution log is kept. Own limit.
pub(crate) const LOGGED_REQUESTS_MAX: usize = 1000;

/// Bytes of execution logs of one stage. Own limit.
pub(crate) const LOGGED_STAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Stages whose execution logs are kept. Own limit.
pub(crate) const LOGGED_STAGES_MAX: usize = 64;

/// Size of one model's schema: 400 KB.
pub(crate) const MODEL_BYTES_MAX: usize = 400 * 1024;

/// Schemas inside one model and those that it refers to. Own limit.
pub(crate) const SCHEMA_NODES_MAX: usize = 10_000;

/// Values and schemas that one check of a payload may visit. Own limit.
pub(crate) const SCHEMA_CHECK_STEPS_MAX: usize = 1_000_000;

/// Nesting of one check. Own limit; a payload nests to [`JSON_DEPTH_MAX`].
pub(crate) const SCHEMA_CHECK_DEPTH_MAX: usize = 400;

/// What is told of a payload that does not fit. Own limit.
pub(crate) const SCHEMA_ERRORS_MAX: usize = 16;

/// Length of one thing that is told of a payload, in bytes: it names values, which a payload may have of any size. Own limit.
pub(crate) const SCHEMA_ERROR_BYTES_MAX: usize = 1024;

/// Length of `x-alluvium-cause` in bytes. Own limit; clients take headers of some kilobytes.
pub(crate) const EXPLANATION_BYTES_MAX: usize = 2048;

/// API keys of an account: 10,000.
pub(crate) const API_KEYS_MAX: usize = 10_000;

/// Usage plans of an account: 300.
pub(crate) const USAGE_PLANS_MAX: usize = 300;

/// Usage plans that one API key is in: 10.
pub(crate) const PLANS_OF_KEY_MAX: usize = 10;

/// Characters of the value of an API key.
pub(crate) const API_KEY_CHARS_MIN: usize = 20;
/// Characters of the value of an API key.
pub(crate) const API_KEY_CHARS_MAX: usize = 128;

/// Characters of names of API keys and usage plans. Own limit.
pub(crate) const NAME_CHARS_MAX: usize = 1024;

/// Custom domain names of an account: 120.
pub(crate) const DOMAIN_NAMES_MAX: usize = 120;

/// Base path mappings of one custom domain name: 200.
pub(crate) const BASE_PATH_MAPPINGS_MAX: usize = 200;

/// Characters of a custom domain name: what DNS allows.
pub(crate) const DOMAIN_NAME_CHARS_MAX: usize = 253;

/// Characters of a base path: 300.
pub(crate) const BASE_PATH_CHARS_MAX: usize = 300;

/// Size of one file of an access log: 16 MiB. Own limit.
pub(crate) const ACCESS_LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Files of one access log, the one that is being written included. Own limit.
pub(crate) const ACCESS_LOG_FILES_MAX: usize = 4;

/// The longest line of an access log in bytes. Own limit, so that lines that wait take no more than 128 MiB.
pub(crate) const ACCESS_LOG_LINE_BYTES_MAX: usize = 16 * 1024;

/// Lines of access logs that may wait to be written. Own limit.
pub(crate) const ACCESS_LOG_QUEUE_MAX: usize = 8192;

/// Access logs that are open at once. Own limit.
pub(crate) const ACCESS_LOGS_OPEN_MAX: usize = 64;

/// Client certificates of an account in a region.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
pub(crate) const CLIENT_CERTIFICATES_MAX: usize = 60;
