//! GenerateClientCertificate: refused, since no backend is shown a certificate here.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GenerateClientCertificate.html>

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn generate_client_certificate(call: &Call) -> Outcome {
    let mut members = call.members()?;
    members.text("description")?;
    members.text_map("tags")?;
    members.finish()?;
    Err(ControlError::bad_request(
        "GenerateClientCertificate is not supported: backends are not shown a client certificate here",
    ))
}
