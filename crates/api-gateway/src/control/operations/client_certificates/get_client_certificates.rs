//! GetClientCertificates, the oldest first, and GetClientCertificate.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetClientCertificates.html>

use super::no_certificate;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_client_certificates(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let account = call.gateway.account();
    let certificates = account.client_certificates.values();
    let keyed = certificates
        .map(|certificate| (by_creation(certificate.created_millis, &certificate.id), certificate));
    Ok(Answer::Json(page.list(keyed, views::client_certificate)))
}

pub(crate) fn get_client_certificate(call: &Call) -> Outcome {
    let account = call.gateway.account();
    let certificate = account.client_certificates.get(call.path("clientcertificate_id"));
    Ok(Answer::Json(views::client_certificate(certificate.ok_or_else(no_certificate)?)))
}
