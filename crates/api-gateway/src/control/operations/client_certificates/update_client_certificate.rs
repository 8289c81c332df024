//! UpdateClientCertificate. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateClientCertificate.html>

use super::no_certificate;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;

const TABLE: PatchTable<()> = PatchTable {
    rules: &[Rule { path: "/description", ops: &[Op::Replace], kind: () }],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_client_certificate(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let id = call.path("clientcertificate_id");
    call.edit_account(|account| {
        let certificate = account.client_certificates.get_mut(id).ok_or_else(no_certificate)?;
        for operation in &operations {
            certificate.description = TABLE.step(operation)?.text_or_none();
        }
        let answer = Answer::Json(views::client_certificate(certificate));
        Ok((answer, vec![AccountChange::ClientCertificate(id.to_owned())]))
    })
}
