//! A custom domain name and its mappings as AWS shows them.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html>

use serde_json::Value;

use super::{filled, object, plain, seconds};
use crate::model::{BasePathMapping, DomainName};

/// The hosted zone of every distribution.
const DISTRIBUTION_HOSTED_ZONE_ID: &str = "Z2FDTNDATAQYW2";
/// The region whose hosted zone is known, and that zone.
/// <https://docs.aws.amazon.com/general/latest/gr/apigateway.html>
const REGIONAL_HOSTED_ZONE: (&str, &str) = ("us-east-1", "Z1UJRXOUMOOFQ8");

/// A domain name; its mappings are a list of their own.
pub(crate) fn domain_name(domain: &DomainName, region: &str) -> Value {
    let has_certificate = domain.certificate_arn.is_some() || domain.regional_certificate_arn.is_some();
    let text = |text: String| Some(Value::from(text));
    let is_edge = domain.endpoint_configuration.types == ["EDGE"];
    let (zone_region, zone) = REGIONAL_HOSTED_ZONE;
    let regional = text(format!("d-{}.execute-api.{region}.amazonaws.com", domain.label));
    object([
        ("domainName", plain(&domain.domain_name)),
        ("domainNameArn", text(format!("arn:aws:apigateway:{region}::/domainnames/{}", domain.domain_name))),
        ("certificateName", plain(&domain.certificate_name)),
        ("certificateArn", plain(&domain.certificate_arn)),
        ("certificateUploadDate", has_certificate.then(|| seconds(domain.created_millis))),
        ("regionalDomainName", regional.filter(|_| !is_edge)),
        ("regionalHostedZoneId", (!is_edge && region == zone_region).then(|| Value::from(zone))),
        ("regionalCertificateName", plain(&domain.regional_certificate_name)),
        ("regionalCertificateArn", plain(&domain.regional_certificate_arn)),
        ("distributionDomainName", text(format!("{}.cloudfront.net", domain.label)).filter(|_| is_edge)),
        ("distributionHostedZoneId", is_edge.then(|| Value::from(DISTRIBUTION_HOSTED_ZONE_ID))),
        ("endpointConfiguration", plain(&domain.endpoint_configuration)),
        ("domainNameStatus", Some(Value::from("AVAILABLE"))),
        ("securityPolicy", Some(Value::from(domain.security_policy.as_deref().unwrap_or("TLS_1_2")))),
        ("endpointAccessMode", plain(&domain.endpoint_access_mode)),
        ("ownershipVerificationCertificateArn", plain(&domain.ownership_verification_certificate_arn)),
        (
            "routingMode",
            Some(Value::from(domain.routing_mode.as_deref().unwrap_or("BASE_PATH_MAPPING_ONLY"))),
        ),
        ("tags", filled(&domain.tags)),
    ])
}

/// A mapping.
pub(crate) fn base_path_mapping(mapping: &BasePathMapping) -> Value {
    plain(mapping).unwrap_or_default()
}
