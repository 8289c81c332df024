//! DeleteClientCertificate. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteClientCertificate.html>
//!
//! What must stay true: a certificate that a stage shows stays.

use super::no_certificate;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_client_certificate(call: &Call) -> Outcome {
    let id = call.path("clientcertificate_id");
    call.edit_account(|account| {
        if !account.client_certificates.contains_key(id) {
            return Err(no_certificate());
        }
        if let Some((api_id, stage)) = call.gateway.stage_that_shows(id) {
            let message = format!("Client certificate {id} is in use by stage {stage} of API {api_id}");
            return Err(ControlError::bad_request(message));
        }
        account.client_certificates.shift_remove(id);
        Ok((Answer::Empty, vec![AccountChange::ClientCertificate(id.to_owned())]))
    })
}
