//! The members that API Gateway's own variables have
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>).

/// Methods of `$input`, and its one property.
pub(super) const INPUT: &[&str] = &["body", "json", "params", "path"];

/// Methods of `$util`.
pub(super) const UTIL: &[&str] =
    &["base64Decode", "base64Encode", "escapeJavaScript", "parseJson", "urlDecode", "urlEncode"];

/// Methods of AppSync's `$util`, which examples for AppSync use and API Gateway does not have.
pub(super) const UTIL_OF_APPSYNC: &[&str] = &[
    "appendError",
    "autoId",
    "autoKsuid",
    "autoUlid",
    "defaultIfNull",
    "defaultIfNullOrBlank",
    "defaultIfNullOrEmpty",
    "dynamodb",
    "error",
    "http",
    "isBoolean",
    "isList",
    "isMap",
    "isNull",
    "isNullOrBlank",
    "isNullOrEmpty",
    "isNumber",
    "isString",
    "list",
    "map",
    "matches",
    "math",
    "qr",
    "quiet",
    "rds",
    "str",
    "time",
    "toJson",
    "transform",
    "typeOf",
    "unauthorized",
    "validate",
    "xml",
];

/// Entries of `$context` of a REST API.
pub(super) const CONTEXT: &[&str] = &[
    "accountId",
    "apiId",
    "authorize",
    "authorizer",
    "awsEndpointRequestId",
    "customDomain",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "error",
    "extendedRequestId",
    "httpMethod",
    "identity",
    "isCanaryRequest",
    "path",
    "protocol",
    "requestId",
    "requestOverride",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "responseOverride",
    "stage",
    "waf",
    "wafResponseCode",
    "webaclArn",
    "xrayTraceId",
];

/// Entries of `$context.identity`.
pub(super) const IDENTITY: &[&str] = &[
    "accessKey",
    "accountId",
    "apiKey",
    "apiKeyId",
    "caller",
    "clientCert",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
    "vpcId",
    "vpceId",
];

/// Entries of `$context.error`.
pub(super) const ERROR: &[&str] = &["message", "messageString", "responseType", "validationErrorString"];

/// What `$context.requestOverride` can change.
pub(super) const REQUEST_OVERRIDE: &[&str] = &["header", "path", "querystring"];

/// What `$context.responseOverride` can change.
pub(super) const RESPONSE_OVERRIDE: &[&str] = &["header", "status"];

/// Methods of the maps that `$context` and its parts are.
pub(super) const MAP_METHODS: &[&str] = &[
    "clear",
    "containsKey",
    "containsValue",
    "entrySet",
    "equals",
    "get",
    "getOrDefault",
    "hashCode",
    "isEmpty",
    "keySet",
    "put",
    "putAll",
    "putIfAbsent",
    "remove",
    "replace",
    "size",
    "toString",
    "values",
];

/// The variables that a template finds.
pub(super) const VARIABLES: &[&str] =
    &["context", "foreach", "input", "stageVariables", "util", "velocityCount", "velocityHasNext"];

/// The directives there are.
pub(super) const DIRECTIVES: &[&str] =
    &["break", "define", "else", "elseif", "end", "foreach", "if", "set", "stop"];

/// Directives of Velocity that API Gateway prints as they stand.
pub(super) const DIRECTIVES_ELSEWHERE: &[&str] =
    &["elif", "elsif", "evaluate", "include", "macro", "parse", "return"];

/// The one of `known` that `name` was probably meant to be.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &str| {
        strsim::damerau_levenshtein(&name.to_ascii_lowercase(), &candidate.to_ascii_lowercase())
    };
    let allowed = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
