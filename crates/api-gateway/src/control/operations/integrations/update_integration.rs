//! UpdateIntegration. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegration.html>

use super::checks;
use super::put_integration::CONTENT_HANDLING;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::{ConnectionType, Integration, TlsConfig};

#[derive(Debug, Clone, Copy)]
enum Kind {
    CacheKeyParameter,
    CacheNamespace,
    ConnectionId,
    ConnectionType,
    ContentHandling,
    Credentials,
    HttpMethod,
    IntegrationTarget,
    PassthroughBehavior,
    RequestParameter,
    RequestTemplate,
    ResponseTransferMode,
    TimeoutInMillis,
    Tls,
    TlsInsecureSkipVerification,
    Uri,
}

const ENTRY: &[Op] = &[Op::Add, Op::Remove, Op::Replace];
const VALUE: &[Op] = &[Op::Replace, Op::Remove];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/cacheKeyParameters/{name}", ops: ENTRY, kind: Kind::CacheKeyParameter },
        Rule { path: "/cacheNamespace", ops: VALUE, kind: Kind::CacheNamespace },
        Rule { path: "/connectionId", ops: VALUE, kind: Kind::ConnectionId },
        Rule { path: "/connectionType", ops: VALUE, kind: Kind::ConnectionType },
        Rule { path: "/contentHandling", ops: VALUE, kind: Kind::ContentHandling },
        Rule { path: "/credentials", ops: ENTRY, kind: Kind::Credentials },
        Rule { path: "/httpMethod", ops: &[Op::Replace], kind: Kind::HttpMethod },
        Rule { path: "/integrationTarget", ops: VALUE, kind: Kind::IntegrationTarget },
        Rule { path: "/passthroughBehavior", ops: &[Op::Replace], kind: Kind::PassthroughBehavior },
        Rule { path: "/requestParameters/{name}", ops: ENTRY, kind: Kind::RequestParameter },
        Rule { path: "/requestTemplates/{content_type}", ops: ENTRY, kind: Kind::RequestTemplate },
        Rule { path: "/responseTransferMode", ops: VALUE, kind: Kind::ResponseTransferMode },
        Rule { path: "/timeoutInMillis", ops: VALUE, kind: Kind::TimeoutInMillis },
        Rule { path: "/tlsConfig", ops: VALUE, kind: Kind::Tls },
        Rule {
            path: "/tlsConfig/insecureSkipVerification",
            ops: VALUE,
            kind: Kind::TlsInsecureSkipVerification,
        },
        Rule { path: "/uri", ops: &[Op::Replace], kind: Kind::Uri },
    ],
    refusal: Refusal::ByPath,
};

pub(crate) fn update_integration(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_resource(|edit| {
        let method = lookup::method(&edit.api, call)?;
        let mut integration = lookup::integration(&edit.api, call)?.clone();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            apply(&mut integration, &step)?;
            if matches!(step.kind, Kind::Credentials) {
                checks::check_credentials(call, &integration)?;
            }
        }
        checks::check(&integration, method)?;
        let view = views::integration(&integration, call.path("resource_id"));
        *lookup::integration_mut(&mut edit.api, call)? = integration;
        Ok(Answer::Json(view))
    })
}

fn apply(integration: &mut Integration, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::CacheKeyParameter => {
            integration.cache_key_parameters.retain(|known| known != step.name());
            if step.op != Op::Remove {
                integration.cache_key_parameters.push(step.name().to_owned());
            }
        }
        Kind::CacheNamespace => integration.cache_namespace = step.text_or_none(),
        Kind::ConnectionId => integration.connection_id = step.text_or_none(),
        Kind::ConnectionType => {
            integration.connection_type = match step.text_or_none().as_deref() {
                None => None,
                Some("INTERNET") => Some(ConnectionType::Internet),
                Some("VPC_LINK") => Some(ConnectionType::VpcLink),
                Some(_) => return Err(step.invalid_value()),
            };
        }
        Kind::ContentHandling => integration.content_handling = step.word_or_none(&CONTENT_HANDLING)?,
        Kind::Credentials => integration.credentials = step.text_or_none(),
        Kind::HttpMethod => integration.http_method = step.text_or_none(),
        Kind::IntegrationTarget => integration.integration_target = step.text_or_none(),
        Kind::PassthroughBehavior => {
            integration.passthrough_behavior = checks::passthrough_behavior(step.text())?;
        }
        Kind::RequestParameter => {
            let (parameters, source) = (&mut integration.request_parameters, step.text().to_owned());
            step.change_entry(parameters, source, "Invalid parameter name specified")?;
        }
        Kind::RequestTemplate => {
            let (templates, template) = (&mut integration.request_templates, step.text().to_owned());
            step.change_entry(templates, template, "Invalid content type specified")?;
        }
        Kind::ResponseTransferMode => integration.response_transfer_mode = step.text_or_none(),
        Kind::TimeoutInMillis => {
            let millis = if step.text_or_none().is_some() { Some(step.number()?) } else { None };
            integration.timeout_in_millis = checks::timeout(millis)?;
        }
        Kind::Tls => integration.tls_config = None,
        Kind::TlsInsecureSkipVerification => {
            integration.tls_config = Some(TlsConfig { insecure_skip_verification: step.flag() });
        }
        Kind::Uri => integration.uri = step.text_or_none(),
    }
    Ok(())
}
