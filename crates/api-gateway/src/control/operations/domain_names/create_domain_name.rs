//! CreateDomainName. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDomainName.html>
//!
//! What must stay true: certificates and keys that are sent are not kept; what would keep clients out on AWS and cannot be done
//! here is refused.

use super::name;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::operations::rest_apis::{
    ENDPOINT_ACCESS_MODES, SECURITY_POLICIES, endpoint_configuration,
};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::limits::DOMAIN_NAMES_MAX;
use crate::model::{API_ID_CHARS, DomainName, new_id};

/// The words of `routingMode`.
pub(super) const ROUTING_MODES: [(&str, &str); 3] = [
    ("BASE_PATH_MAPPING_ONLY", "BASE_PATH_MAPPING_ONLY"),
    ("ROUTING_RULE_ONLY", ROUTING_RULE_ONLY),
    ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
];
const ROUTING_RULE_ONLY: &str = "ROUTING_RULE_ONLY";

pub(crate) fn create_domain_name(call: &Call) -> Outcome {
    let mut members = call.members()?;
    for dropped in ["certificateBody", "certificatePrivateKey", "certificateChain"] {
        members.text(dropped)?;
    }
    let domain = DomainName {
        domain_name: members.required_text("domainName")?,
        label: new_id(API_ID_CHARS),
        certificate_name: members.text("certificateName")?,
        certificate_arn: members.text("certificateArn")?,
        regional_certificate_name: members.text("regionalCertificateName")?,
        regional_certificate_arn: members.text("regionalCertificateArn")?,
        ownership_verification_certificate_arn: members.text("ownershipVerificationCertificateArn")?,
        endpoint_configuration: endpoint_configuration(&mut members)?,
        security_policy: members.word("securityPolicy", &SECURITY_POLICIES)?.map(str::to_owned),
        endpoint_access_mode: members.word("endpointAccessMode", &ENDPOINT_ACCESS_MODES)?.map(str::to_owned),
        routing_mode: members.word("routingMode", &ROUTING_MODES)?.map(str::to_owned),
        tags: members.text_map("tags")?.unwrap_or_default(),
        created_millis: call.now_millis(),
        ..DomainName::default()
    };
    let truststore = truststore(&mut members)?;
    let policy = members.text("policy")?;
    members.finish()?;
    name::check(&domain.domain_name, call)?;
    check(&domain)?;
    if truststore.is_some_and(|uri| !uri.is_empty()) {
        return Err(no_mutual_tls());
    }
    if policy.is_some_and(|policy| !policy.is_empty()) {
        return Err(ControlError::bad_request(
            "Policies of domain names are not supported: they are for private ones",
        ));
    }
    call.edit_account(|account| {
        if account.domain_names.contains_key(&domain.domain_name) {
            return Err(ControlError::bad_request("The domain name you provided already exists."));
        }
        if account.domain_names.len() >= DOMAIN_NAMES_MAX {
            return Err(ControlError::limit_exceeded(
                "Maximum number of domain names per account has been reached",
            ));
        }
        let answer = Answer::Json(views::domain_name(&domain, &call.region));
        let change = AccountChange::DomainName(domain.domain_name.clone());
        account.add_domain_name(domain);
        Ok((answer, vec![change]))
    })
}

fn truststore(members: &mut Members) -> Result<Option<String>, ControlError> {
    let Some(mut sent) = members.structure("mutualTlsAuthentication")? else { return Ok(None) };
    let uri = sent.text("truststoreUri")?;
    sent.text("truststoreVersion")?;
    members.done(sent);
    Ok(uri)
}

/// What any domain name must meet.
pub(super) fn check(domain: &DomainName) -> Result<(), ControlError> {
    let types = &domain.endpoint_configuration.types;
    if types.len() > 1 {
        return Err(ControlError::bad_request("Cannot create a domain name with multiple Endpoint Types."));
    }
    if types.iter().any(|kind| kind == "PRIVATE") {
        return Err(ControlError::bad_request(
            "Private domain names are not supported; use REGIONAL or EDGE",
        ));
    }
    if domain.routing_mode.as_deref() == Some(ROUTING_RULE_ONLY) {
        return Err(ControlError::bad_request("Routing rules are not supported; use BASE_PATH_MAPPING_ONLY"));
    }
    Ok(())
}

/// Clients' certificates would be taken for checked.
pub(super) fn no_mutual_tls() -> ControlError {
    ControlError::bad_request("Mutual TLS is not supported: clients' certificates are not checked here")
}
