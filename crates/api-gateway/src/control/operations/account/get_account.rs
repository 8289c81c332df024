//! GetAccount. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

#[expect(clippy::unnecessary_wraps, reason = "every operation has an outcome")]
pub(crate) fn get_account(call: &Call) -> Outcome {
    Ok(Answer::Json(views::account(&call.gateway.account().settings)))
}
