//! Gateway responses: what API Gateway answers by itself when a request does not get through.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
//!
//! What must stay true: a type that is not customised inherits from `DEFAULT_4XX` or `DEFAULT_5XX`, and those from the built-in template.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A gateway response that differs from the default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayResponse {
    /// Another status than the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// `gatewayresponse.header.NAME` to `'static'`, `method.request.*` or `context.*`.
    #[serde(default)]
    pub response_parameters: IndexMap<String, String>,
    /// Texts by media type in which `$context.*` and `$stageVariables.*` are replaced; this is not Velocity.
    #[serde(default)]
    pub response_templates: IndexMap<String, String>,
}

macro_rules! gateway_response_types {
    ($($variant:ident $name:literal $status:expr, $error_type:literal, $message:literal;)*) => {
        /// The 21 types, two of which are only inherited from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each variant is the type of the same name on API Gateway's page")]
        pub enum GatewayResponseType { $(#[serde(rename = $name)] $variant,)* }

        impl GatewayResponseType {
            /// All types in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// API Gateway's name, such as `MISSING_AUTHENTICATION_TOKEN`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The status unless customised; `None` for the two that are only inherited from.
            pub fn default_status(self) -> Option<u16> {
                match self { $(Self::$variant => $status,)* }
            }

            /// The value of `x-amzn-ErrorType`.
            pub fn error_type(self) -> &'static str {
                match self { $(Self::$variant => $error_type,)* }
            }

            /// The message unless the condition has one of its own.
            pub fn default_message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

gateway_response_types! {
    AccessDenied "ACCESS_DENIED" Some(403), "AccessDeniedException", "User is not authorized to access this resource";
    ApiConfigurationError "API_CONFIGURATION_ERROR" Some(500), "InternalServerErrorException", "Internal server error";
    AuthorizerConfigurationError "AUTHORIZER_CONFIGURATION_ERROR" Some(500), "AuthorizerConfigurationException", "Internal server error";
    AuthorizerFailure "AUTHORIZER_FAILURE" Some(500), "AuthorizerFailureException", "Internal server error";
    BadRequestBody "BAD_REQUEST_BODY" Some(400), "BadRequestException", "Invalid request body";
    BadRequestParameters "BAD_REQUEST_PARAMETERS" Some(400), "BadRequestException", "Missing required request parameters";
    Default4xx "DEFAULT_4XX" None, "BadRequestException", "Bad Request";
    Default5xx "DEFAULT_5XX" None, "InternalServerErrorException", "Internal server error";
    ExpiredToken "EXPIRED_TOKEN" Some(403), "ExpiredTokenException", "The security token included in the request is expired";
    IntegrationFailure "INTEGRATION_FAILURE" Some(504), "InternalServerErrorException", "Internal server error";
    IntegrationTimeout "INTEGRATION_TIMEOUT" Some(504), "InternalServerErrorException", "Endpoint request timed out";
    InvalidApiKey "INVALID_API_KEY" Some(403), "ForbiddenException", "Forbidden";
    InvalidSignature "INVALID_SIGNATURE" Some(403), "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    MissingAuthenticationToken "MISSING_AUTHENTICATION_TOKEN" Some(403), "MissingAuthenticationTokenException", "Missing Authentication Token";
    QuotaExceeded "QUOTA_EXCEEDED" Some(429), "LimitExceededException", "Limit Exceeded";
    RequestTooLarge "REQUEST_TOO_LARGE" Some(413), "RequestTooLargeException", "Request Too Long";
    ResourceNotFound "RESOURCE_NOT_FOUND" Some(404), "NotFoundException", "Not Found";
    Throttled "THROTTLED" Some(429), "TooManyRequestsException", "Too Many Requests";
    Unauthorized "UNAUTHORIZED" Some(401), "UnauthorizedException", "Unauthorized";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" Some(415), "BadRequestException", "Unsupported Media Type";
    WafFiltered "WAF_FILTERED" Some(403), "ForbiddenException", "Forbidden";
}

impl GatewayResponseType {
    /// The type whose settings are inherited.
    pub fn parent(self) -> Option<Self> {
        match self.default_status() {
            None => None,
            Some(status) if status < 500 => Some(Self::Default4xx),
            Some(_) => Some(Self::Default5xx),
        }
    }
}
