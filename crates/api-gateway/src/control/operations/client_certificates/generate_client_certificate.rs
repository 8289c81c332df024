//! GenerateClientCertificate. <https://docs.aws.amazon.com/apigateway/latest/api/API_GenerateClientCertificate.html>
//!
//! What must stay true: no two certificates share a key, and a key leaves this process to nobody but the state's file.

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::limits::CLIENT_CERTIFICATES_MAX;
use crate::model::{API_ID_CHARS, ClientCertificate, new_id};

/// How long a certificate is good.
const LIFE: Duration = Duration::days(365);

pub(crate) fn generate_client_certificate(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let description = members.text("description")?;
    let tags = members.text_map("tags")?.unwrap_or_default();
    members.finish()?;
    let created_millis = call.now_millis();
    let (certificate, private_key) = made(created_millis).map_err(|error| {
        ControlError::bad_request(format!("a client certificate cannot be made here: {error}"))
    })?;
    let certificate = ClientCertificate {
        id: new_id(API_ID_CHARS),
        description,
        pem_encoded_certificate: certificate,
        pem_encoded_private_key: private_key,
        created_millis,
        expires_millis: created_millis.saturating_add(i64::try_from(LIFE.whole_milliseconds()).unwrap_or(0)),
        tags,
    };
    call.edit_account(|account| {
        if account.client_certificates.len() >= CLIENT_CERTIFICATES_MAX {
            return Err(ControlError::limit_exceeded(
                "Maximum number of Client Certificates per account has been reached",
            ));
        }
        let answer = Answer::Json(views::client_certificate(&certificate));
        let change = AccountChange::ClientCertificate(certificate.id.clone());
        account.add_client_certificate(certificate);
        Ok((answer, vec![change]))
    })
}

/// A certificate that is good from `from_millis` on, and its private key, both in PEM.
fn made(from_millis: i64) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::default();
    let from = OffsetDateTime::from_unix_timestamp(from_millis / 1_000);
    params.not_before = from.map_err(|_| rcgen::Error::Time)?;
    params.not_after = params.not_before + LIFE;
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Alluvium");
    name.push(DnType::CommonName, "ApiGateway");
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}
