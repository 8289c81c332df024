//! ImportApiKeys: keys from a file of comma-separated values.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_ImportApiKeys.html>
//!
//! What must stay true: with `failonwarnings` a file is imported whole or not at all; without it a line that cannot be imported is
//! told as a warning and the others are.

use serde_json::json;

use super::create_api_key::check;
use super::import_file::{Line, read};
use crate::account::AccountState;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::operations::usage_plans;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;
use crate::model::{API_ID_CHARS, ApiKey, new_id};

pub(crate) fn import_api_keys(call: &Call) -> Outcome {
    if call.query("format").is_some_and(|format| format != "csv") {
        return Err(ControlError::bad_request("Invalid format specified. Must be one of: [csv]"));
    }
    let fails_on_warnings = call.query("failonwarnings").is_some_and(|value| value == "true");
    let text = std::str::from_utf8(&call.body)
        .map_err(|_| ControlError::bad_request("The API Key file is not UTF-8 text"))?;
    let lines = read(text).map_err(ControlError::bad_request)?;
    call.edit_account(|account| {
        let (mut ids, mut warnings, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            let number = line.number;
            match import(account, line, call.now_millis(), &mut changes) {
                Ok((id, of_line)) => {
                    ids.push(id);
                    warnings.extend(of_line.into_iter().map(|text| format!("Line {number}: {text}")));
                }
                Err(error) => warnings.push(format!("Line {number}: {}", error.message)),
            }
        }
        match warnings.first() {
            Some(first) if fails_on_warnings => Err(ControlError::bad_request(first.clone())),
            _ => Ok((Answer::Json(json!({ "ids": ids, "warnings": warnings })), changes)),
        }
    })
}

/// Adds one key, and says which of its plans it could not be added to.
fn import(
    account: &mut AccountState,
    line: Line,
    now_millis: i64,
    changes: &mut Vec<AccountChange>,
) -> Result<(String, Vec<String>), ControlError> {
    let key = ApiKey {
        id: new_id(API_ID_CHARS),
        value: line.value,
        name: Some(line.name),
        description: line.description,
        enabled: line.is_enabled,
        created_millis: now_millis,
        last_updated_millis: now_millis,
        ..ApiKey::default()
    };
    check(account, &key)?;
    let id = key.id.clone();
    account.add_api_key(key);
    changes.push(AccountChange::ApiKey(id.clone()));
    let mut warnings = Vec::new();
    for plan_id in line.usage_plan_ids {
        match usage_plans::add_key(account, &plan_id, &id) {
            Ok(()) => changes.push(AccountChange::UsagePlan(plan_id)),
            Err(error) => warnings.push(format!("usage plan {plan_id}: {}", error.message)),
        }
    }
    Ok((id, warnings))
}
