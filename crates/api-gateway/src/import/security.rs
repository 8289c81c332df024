//! Security schemes and requirements: who may call a method.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html>
//!
//! What must stay true: a requirement that this gateway cannot hold callers to refuses a strictly read definition; a method is
//! never left open that its author believes closed.

use indexmap::IndexMap;

use super::ImportProblem;
use super::authorizer::authorizer;
use super::document::{Member, Node};
use super::reader::{
    Fields, Format, Located, Reader, list, map, not_allowed, optional_map, optional_text, text,
};
use crate::model::{AuthorizationType, Authorizer, Method};

/// What a security scheme stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scheme {
    /// An API key in `x-api-key`.
    ApiKey,
    /// A signature: `AWS_IAM`.
    Sigv4,
    /// One of the definition's authorizers, of this type.
    Authorizer(AuthorizationType),
    /// What REST APIs do not know, in words.
    Other(String),
}

/// The schemes by name, and those of them that are authorizers.
pub(super) type Schemes = (IndexMap<String, Scheme>, IndexMap<String, Authorizer>);

/// Reads the schemes of the definition.
pub(super) fn schemes(reader: &mut Reader<'_>, top: &Fields) -> Result<Schemes, Located> {
    let mut found = (IndexMap::new(), IndexMap::new());
    let schemes = match reader.format {
        Format::Swagger2 => optional_map(top, "securityDefinitions")?,
        Format::OpenApi3 => match optional_map(top, "components")? {
            Some(components) => optional_map(components, "securitySchemes")?,
            None => None,
        },
    };
    for (name, member) in schemes.into_iter().flatten() {
        let fields = map(&member.node, name)?;
        let mut scheme = scheme(fields)?;
        if let Some(extension) = fields.get("x-amazon-apigateway-authorizer") {
            match authorizer(reader, name, fields, &extension.node)? {
                Some(authorizer) => {
                    let is_pool = authorizer.authorizer_type == "COGNITO_USER_POOLS";
                    let kind =
                        if is_pool { AuthorizationType::CognitoUserPools } else { AuthorizationType::Custom };
                    scheme = Scheme::Authorizer(kind);
                    found.1.insert(name.clone(), authorizer);
                }
                None => scheme = Scheme::Other("a JWT authorizer".to_owned()),
            }
        }
        found.0.insert(name.clone(), scheme);
    }
    Ok(found)
}

fn scheme(fields: &Fields) -> Result<Scheme, Located> {
    let auth_type = optional_text(fields, "x-amazon-apigateway-authtype")?;
    if auth_type.is_some_and(|auth_type| auth_type.eq_ignore_ascii_case("awsSigv4")) {
        return Ok(Scheme::Sigv4);
    }
    let kind = optional_text(fields, "type")?.unwrap_or_default();
    let name = optional_text(fields, "name")?.unwrap_or_default();
    if kind == "apiKey" && name.eq_ignore_ascii_case("x-api-key") {
        return Ok(Scheme::ApiKey);
    }
    Ok(Scheme::Other(format!("type '{kind}'")))
}

/// Holds the method to a `security` list. Its alternatives all apply, as on Amazon API Gateway.
pub(super) fn require(
    reader: &mut Reader<'_>,
    schemes: &IndexMap<String, Scheme>,
    node: &Node,
    method: &mut Method,
) -> Result<(), Located> {
    for item in list(node, "security")? {
        for (name, member) in map(item, "security")? {
            require_one(reader, schemes, name, member, method)?;
        }
    }
    Ok(())
}

fn require_one(
    reader: &mut Reader<'_>,
    schemes: &IndexMap<String, Scheme>,
    name: &str,
    member: &Member,
    method: &mut Method,
) -> Result<(), Located> {
    match schemes.get(name) {
        Some(Scheme::ApiKey) => method.api_key_required = true,
        Some(Scheme::Sigv4) => method.authorization_type = AuthorizationType::AwsIam,
        Some(Scheme::Authorizer(kind)) => {
            method.authorization_type = *kind;
            method.authorizer_id = Some(name.to_owned());
            if *kind == AuthorizationType::CognitoUserPools {
                let scopes =
                    list(&member.node, name)?.iter().map(|scope| text(scope, name).map(str::to_owned));
                method.authorization_scopes = scopes.collect::<Result<_, _>>()?;
            }
        }
        unknown => {
            let what = match unknown {
                Some(Scheme::Other(what)) => what.as_str(),
                _ => "which is not defined",
            };
            if reader.is_strict() {
                let (field, value) = ("security", format!("{name} ({what})"));
                let allowed =
                    "an API key in the header x-api-key, a scheme of authtype awsSigv4, or an authorizer";
                return Err((member.key_place, ImportProblem::NotAllowed { field, value, allowed }));
            }
            reader.warn(
                member.key_place,
                format!(
                    "security scheme '{name}' ({what}) has no effect; the method is open without another"
                ),
            );
        }
    }
    Ok(())
}

/// `x-amazon-apigateway-auth`, which has the last word.
pub(super) fn auth(operation: &Fields, method: &mut Method) -> Result<(), Located> {
    let Some(member) = operation.get("x-amazon-apigateway-auth") else { return Ok(()) };
    let fields = map(&member.node, "x-amazon-apigateway-auth")?;
    let kind = optional_text(fields, "type")?.map(|kind| kind.to_ascii_uppercase());
    method.authorization_type = match kind.as_deref() {
        None | Some("NONE") => AuthorizationType::None,
        Some("AWS_IAM") => AuthorizationType::AwsIam,
        Some(other) => {
            return Err(not_allowed(&member.node, "x-amazon-apigateway-auth.type", other, "NONE or AWS_IAM"));
        }
    };
    (method.authorizer_id, method.authorization_scopes) = (None, Vec::new());
    Ok(())
}
