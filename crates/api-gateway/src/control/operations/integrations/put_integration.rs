//! PutIntegration. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html>

use super::checks;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::members::Members;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::{ConnectionType, ContentHandling, Integration, IntegrationType, TlsConfig};

/// The words of `type`, in the order in which AWS tells them.
const TYPES: [(&str, IntegrationType); 5] = [
    ("HTTP", IntegrationType::Http),
    ("MOCK", IntegrationType::Mock),
    ("AWS_PROXY", IntegrationType::AwsProxy),
    ("HTTP_PROXY", IntegrationType::HttpProxy),
    ("AWS", IntegrationType::Aws),
];
/// The words of `connectionType`.
const CONNECTION_TYPES: [(&str, ConnectionType); 2] =
    [("INTERNET", ConnectionType::Internet), ("VPC_LINK", ConnectionType::VpcLink)];
/// The words of `responseTransferMode`.
const TRANSFER_MODES: [(&str, &str); 2] = [("BUFFERED", "BUFFERED"), ("STREAM", "STREAM")];
/// The words of `contentHandling`.
pub(super) const CONTENT_HANDLING: [(&str, ContentHandling); 2] = [
    ("CONVERT_TO_BINARY", ContentHandling::ConvertToBinary),
    ("CONVERT_TO_TEXT", ContentHandling::ConvertToText),
];

pub(crate) fn put_integration(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let integration = read(&mut members)?;
    let passthrough_behavior = members.text("passthroughBehavior")?;
    let timeout_in_millis = members.integer("timeoutInMillis")?;
    members.finish()?;
    call.edit_resource(|edit| {
        let method = lookup::method(&edit.api, call)?;
        let mut integration = integration;
        if let Some(text) = passthrough_behavior {
            integration.passthrough_behavior = checks::passthrough_behavior(&text)?;
        }
        integration.timeout_in_millis = checks::timeout(timeout_in_millis)?;
        let resource_id = call.path("resource_id");
        integration.cache_namespace.get_or_insert_with(|| resource_id.to_owned());
        checks::check(&integration, method)?;
        checks::check_credentials(call, &integration)?;
        let view = views::integration(&integration, resource_id);
        lookup::method_mut(&mut edit.api, call)?.method_integration = Some(integration);
        Ok(Answer::Json(view))
    })
}

fn read(members: &mut Members) -> Result<Integration, ControlError> {
    let integration_type = members.word("type", &TYPES)?;
    if integration_type.is_none() && !members.is_violated() {
        members.violate_null("type");
    }
    let tls_config = match members.structure("tlsConfig")? {
        None => None,
        Some(mut tls) => {
            let insecure_skip_verification = tls.flag("insecureSkipVerification")?.unwrap_or_default();
            members.done(tls);
            Some(TlsConfig { insecure_skip_verification })
        }
    };
    Ok(Integration {
        integration_type: integration_type.unwrap_or_default(),
        http_method: members.text("httpMethod")?.filter(|verb| !verb.is_empty()),
        uri: members.text("uri")?,
        connection_type: members.word("connectionType", &CONNECTION_TYPES)?,
        connection_id: members.text("connectionId")?,
        credentials: members.text("credentials")?.filter(|arn| !arn.is_empty()),
        request_parameters: members.text_map("requestParameters")?.unwrap_or_default(),
        request_templates: members.template_map("requestTemplates")?.unwrap_or_default(),
        content_handling: members.word("contentHandling", &CONTENT_HANDLING)?,
        cache_namespace: members.text("cacheNamespace")?,
        cache_key_parameters: members.texts("cacheKeyParameters")?.unwrap_or_default(),
        tls_config,
        response_transfer_mode: members.word("responseTransferMode", &TRANSFER_MODES)?.map(str::to_owned),
        integration_target: members.text("integrationTarget")?,
        ..Integration::default()
    })
}
