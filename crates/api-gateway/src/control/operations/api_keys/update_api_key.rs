//! UpdateApiKey. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html>

use super::create_api_key::check_name;
use super::no_api_key;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::model::ApiKey;

#[derive(Debug, Clone, Copy)]
enum Kind {
    CustomerId,
    Description,
    Enabled,
    Name,
    Stages,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/customerId", ops: &[Op::Replace], kind: Kind::CustomerId },
        Rule { path: "/description", ops: &[Op::Replace], kind: Kind::Description },
        Rule { path: "/enabled", ops: &[Op::Replace], kind: Kind::Enabled },
        Rule { path: "/name", ops: &[Op::Replace], kind: Kind::Name },
        Rule { path: "/stages", ops: &[Op::Add, Op::Remove], kind: Kind::Stages },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_api_key(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let id = call.path("api_Key");
    call.edit_account(|account| {
        let mut key = account.api_keys().get(id).cloned().ok_or_else(no_api_key)?;
        for operation in &operations {
            apply(&mut key, &TABLE.step(operation)?)?;
        }
        check_name(key.name.as_deref())?;
        key.last_updated_millis = call.now_millis();
        let answer = Answer::Json(views::api_key(&key, false));
        account.add_api_key(key);
        Ok((answer, vec![AccountChange::ApiKey(id.to_owned())]))
    })
}

fn apply(key: &mut ApiKey, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::CustomerId => key.customer_id = step.text_or_none(),
        Kind::Description => key.description = step.text_or_none(),
        Kind::Enabled => match step.text() {
            "true" | "True" | "TRUE" => key.enabled = true,
            "false" | "False" | "FALSE" => key.enabled = false,
            _ => return Err(step.invalid_value()),
        },
        Kind::Name => key.name = step.text_or_none(),
        Kind::Stages => {
            key.stage_keys.retain(|known| known != step.text());
            if step.op == Op::Add {
                key.stage_keys.push(step.text().to_owned());
            }
        }
    }
    Ok(())
}
