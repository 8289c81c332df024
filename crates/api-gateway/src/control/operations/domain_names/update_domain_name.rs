//! UpdateDomainName. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDomainName.html>

use super::create_domain_name::{ROUTING_MODES, check, no_mutual_tls};
use super::no_domain;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::operations::rest_apis::{
    ENDPOINT_ACCESS_MODES, ENDPOINT_TYPES, IP_ADDRESS_TYPES, SECURITY_POLICIES,
};
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::model::DomainName;

#[derive(Debug, Clone, Copy)]
enum Kind {
    CertificateArn,
    CertificateName,
    EndpointAccessMode,
    EndpointType,
    IpAddressType,
    MutualTls,
    OwnershipVerificationCertificateArn,
    RegionalCertificateArn,
    RegionalCertificateName,
    RoutingMode,
    SecurityPolicy,
}

const REPLACE: &[Op] = &[Op::Replace];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/certificateArn", ops: REPLACE, kind: Kind::CertificateArn },
        Rule { path: "/certificateName", ops: REPLACE, kind: Kind::CertificateName },
        Rule { path: "/endpointAccessMode", ops: REPLACE, kind: Kind::EndpointAccessMode },
        Rule { path: "/endpointConfiguration/types/{type}", ops: REPLACE, kind: Kind::EndpointType },
        Rule { path: "/endpointConfiguration/ipAddressType", ops: REPLACE, kind: Kind::IpAddressType },
        Rule { path: "/mutualTlsAuthentication/truststoreUri", ops: REPLACE, kind: Kind::MutualTls },
        Rule { path: "/mutualTlsAuthentication/truststoreVersion", ops: REPLACE, kind: Kind::MutualTls },
        Rule {
            path: "/ownershipVerificationCertificateArn",
            ops: REPLACE,
            kind: Kind::OwnershipVerificationCertificateArn,
        },
        Rule { path: "/regionalCertificateArn", ops: REPLACE, kind: Kind::RegionalCertificateArn },
        Rule { path: "/regionalCertificateName", ops: REPLACE, kind: Kind::RegionalCertificateName },
        Rule { path: "/routingMode", ops: REPLACE, kind: Kind::RoutingMode },
        Rule { path: "/securityPolicy", ops: REPLACE, kind: Kind::SecurityPolicy },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_domain_name(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_account(|account| {
        let mut domain = super::domain(account, call)?.clone();
        for operation in &operations {
            apply(&mut domain, &TABLE.step(operation)?)?;
        }
        check(&domain)?;
        let answer = Answer::Json(views::domain_name(&domain, &call.region));
        let change = AccountChange::DomainName(domain.domain_name.clone());
        let known = account.domain_names.get_mut(&domain.domain_name).ok_or_else(no_domain)?;
        *known = domain;
        Ok((answer, vec![change]))
    })
}

fn apply(domain: &mut DomainName, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    let owned = |word: Option<&str>| word.map(str::to_owned);
    match step.kind {
        Kind::CertificateArn => domain.certificate_arn = step.text_or_none(),
        Kind::CertificateName => domain.certificate_name = step.text_or_none(),
        Kind::EndpointAccessMode => {
            domain.endpoint_access_mode = owned(step.word_or_none(&ENDPOINT_ACCESS_MODES)?);
        }
        Kind::EndpointType => change_endpoint_type(domain, step)?,
        Kind::IpAddressType => {
            domain.endpoint_configuration.ip_address_type = owned(step.word_or_none(&IP_ADDRESS_TYPES)?);
        }
        Kind::MutualTls if step.text().is_empty() => {}
        Kind::MutualTls => return Err(no_mutual_tls()),
        Kind::OwnershipVerificationCertificateArn => {
            domain.ownership_verification_certificate_arn = step.text_or_none();
        }
        Kind::RegionalCertificateArn => domain.regional_certificate_arn = step.text_or_none(),
        Kind::RegionalCertificateName => domain.regional_certificate_name = step.text_or_none(),
        Kind::RoutingMode => domain.routing_mode = owned(step.word_or_none(&ROUTING_MODES)?),
        Kind::SecurityPolicy => domain.security_policy = owned(step.word_or_none(&SECURITY_POLICIES)?),
    }
    Ok(())
}

/// The path names the type that is replaced, or its place in the list.
fn change_endpoint_type(domain: &mut DomainName, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    if !ENDPOINT_TYPES.contains(&step.text()) {
        return Err(step.invalid_value());
    }
    match domain.endpoint_configuration.types.first_mut() {
        Some(kind) if kind == step.name() || step.name() == "0" => {
            step.text().clone_into(kind);
            Ok(())
        }
        _ => Err(ControlError::bad_request(format!("Invalid endpoint type specified: {}", step.name()))),
    }
}
