//! Who may call a method, as security schemes and requirements.
//!
//! What must stay true: no requirement names a scheme that the document does not define.

use super::object::Object;
use super::options::ExportExtensions;
use crate::json::Json;
use crate::model::{AuthorizationType, Authorizer, Method, RestApi};

const HEADER_SOURCE: &str = "method.request.header.";

/// All schemes of the API.
pub(super) fn schemes(api: &RestApi, extensions: ExportExtensions) -> Object {
    let mut schemes = Object::new();
    let mut methods = api.resources.values().flat_map(|resource| resource.resource_methods.values());
    if methods.clone().any(|method| method.api_key_required) {
        schemes.put(&name_of("api_key", api), scheme("x-api-key"));
    }
    if extensions.authorizers {
        if methods.any(|method| method.authorization_type == AuthorizationType::AwsIam) {
            let scheme = scheme("Authorization").with("x-amazon-apigateway-authtype", "awsSigv4");
            schemes.put(&name_of("sigv4", api), scheme);
        }
        for authorizer in api.authorizers.values() {
            schemes.put(&authorizer.name, authorizer_scheme(authorizer));
        }
    }
    schemes
}

/// What a caller of the method must bring; `None` when nothing.
pub(super) fn requirements(api: &RestApi, method: &Method, extensions: ExportExtensions) -> Option<Json> {
    let mut requirements = Vec::new();
    let mut require = |name: &str, scopes: &[String]| {
        let scopes = Json::Array(scopes.iter().map(Json::from).collect());
        requirements.push(Object::new().with(name, scopes).into());
    };
    if extensions.authorizers {
        if method.authorization_type == AuthorizationType::AwsIam {
            require(&name_of("sigv4", api), &[]);
        }
        let authorizer = method.authorizer_id.as_ref().and_then(|id| api.authorizers.get(id));
        if let Some(authorizer) = authorizer {
            require(&authorizer.name, &method.authorization_scopes);
        }
    }
    if method.api_key_required {
        require(&name_of("api_key", api), &[]);
    }
    (!requirements.is_empty()).then_some(Json::Array(requirements))
}

/// `wanted`, or that with underlines behind it when an authorizer has the name.
fn name_of(wanted: &str, api: &RestApi) -> String {
    let mut name = wanted.to_owned();
    while api.authorizers.values().any(|authorizer| authorizer.name == name) {
        name.push('_');
    }
    name
}

fn scheme(header: &str) -> Object {
    Object::new().with("type", "apiKey").with("name", header).with("in", "header")
}

fn authorizer_scheme(authorizer: &Authorizer) -> Object {
    let is_request = authorizer.authorizer_type == "REQUEST";
    let source = authorizer.identity_source.as_deref();
    let header = source.and_then(|source| source.strip_prefix(HEADER_SOURCE));
    let header = header.filter(|name| !name.is_empty() && !name.contains([',', ' ']) && *name != "Unused");
    let mut extension = Object::new();
    if is_request || header.is_none() {
        extension.put_some("identitySource", source);
    }
    extension.put_some("authorizerUri", authorizer.authorizer_uri.as_ref());
    extension.put_some("authorizerCredentials", authorizer.authorizer_credentials.as_ref());
    extension.put_texts("providerARNs", &authorizer.provider_arns);
    extension.put_some("authorizerResultTtlInSeconds", authorizer.authorizer_result_ttl_in_seconds);
    extension.put_some("identityValidationExpression", authorizer.identity_validation_expression.as_ref());
    extension.put("type", authorizer.authorizer_type.to_ascii_lowercase());
    let mut scheme = scheme(header.unwrap_or("Unused"));
    scheme.put_some("x-amazon-apigateway-authtype", authorizer.auth_type.as_ref());
    scheme.put("x-amazon-apigateway-authorizer", extension);
    scheme
}
