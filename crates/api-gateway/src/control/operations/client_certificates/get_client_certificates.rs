//! GetClientCertificates, an empty list; GetClientCertificate and DeleteClientCertificate, which find nothing.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetClientCertificates.html>

use serde_json::Value;

use super::no_certificate;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;

pub(crate) fn get_client_certificates(call: &Call) -> Outcome {
    let none: [(String, Value); 0] = [];
    Ok(Answer::Json(Page::of(call)?.list(none, |certificate| certificate)))
}

pub(crate) fn get_client_certificate(_call: &Call) -> Outcome {
    Err(no_certificate())
}
