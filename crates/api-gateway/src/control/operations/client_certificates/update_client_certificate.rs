//! UpdateClientCertificate: finds nothing.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateClientCertificate.html>

use super::no_certificate;
use crate::control::call::Call;
use crate::control::routing::Outcome;

pub(crate) fn update_client_certificate(call: &Call) -> Outcome {
    call.patch()?;
    Err(no_certificate())
}
