//! CreateApiKey. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html>
//!
//! What must stay true: no two keys have the same value, since the value alone tells who calls.

use std::fmt::Write;

use crate::account::AccountState;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::limits::{API_KEY_CHARS_MAX, API_KEY_CHARS_MIN, API_KEYS_MAX, NAME_CHARS_MAX};
use crate::model::{API_ID_CHARS, ApiKey, new_id};

pub(crate) fn create_api_key(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let value = members.text("value")?;
    // Every key has an id of its own here, whatever this says.
    members.flag("generateDistinctId")?;
    let now_millis = call.now_millis();
    let key = ApiKey {
        id: new_id(API_ID_CHARS),
        value: value.filter(|value| !value.is_empty()).unwrap_or_else(new_value),
        name: members.text("name")?,
        description: members.text("description")?,
        customer_id: members.text("customerId")?,
        enabled: members.flag("enabled")?.unwrap_or_default(),
        stage_keys: stage_keys(&mut members)?,
        tags: members.text_map("tags")?.unwrap_or_default(),
        created_millis: now_millis,
        last_updated_millis: now_millis,
    };
    members.finish()?;
    call.edit_account(|account| {
        check(account, &key)?;
        let answer = Answer::Json(views::api_key(&key, true));
        let change = AccountChange::ApiKey(key.id.clone());
        account.add_api_key(key);
        Ok((answer, vec![change]))
    })
}

fn stage_keys(members: &mut Members) -> Result<Vec<String>, ControlError> {
    let mut keys = Vec::new();
    for mut key in members.structures("stageKeys")?.unwrap_or_default() {
        let (api_id, stage) = (key.text("restApiId")?, key.text("stageName")?);
        members.done(key);
        keys.push(format!("{}/{}", api_id.unwrap_or_default(), stage.unwrap_or_default()));
    }
    Ok(keys)
}

/// Whether a key can be added.
pub(super) fn check(account: &AccountState, key: &ApiKey) -> Result<(), ControlError> {
    let chars = key.value.chars().count();
    if chars < API_KEY_CHARS_MIN {
        let text = format!("API Key value should be at least {API_KEY_CHARS_MIN} characters");
        return Err(ControlError::bad_request(text));
    }
    if chars > API_KEY_CHARS_MAX {
        let text = format!("API Key value should be at most {API_KEY_CHARS_MAX} characters");
        return Err(ControlError::bad_request(text));
    }
    if !key.value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ControlError::bad_request(
            "API Key value should have only characters that a header can carry, and no spaces",
        ));
    }
    check_name(key.name.as_deref())?;
    if account.api_key_of_value(&key.value).is_some() {
        return Err(ControlError::conflict("API Key already exists"));
    }
    if account.api_keys().len() >= API_KEYS_MAX {
        return Err(ControlError::limit_exceeded("Maximum number of API Keys per account has been reached"));
    }
    Ok(())
}

pub(super) fn check_name(name: Option<&str>) -> Result<(), ControlError> {
    if name.is_some_and(|name| name.chars().count() > NAME_CHARS_MAX) {
        let text = format!("API Key name should be at most {NAME_CHARS_MAX} characters");
        return Err(ControlError::bad_request(text));
    }
    Ok(())
}

/// Forty letters and digits that nobody can guess.
fn new_value() -> String {
    let mut value = String::with_capacity(64);
    for _ in 0..2 {
        let _written = write!(value, "{}", uuid::Uuid::new_v4().simple());
    }
    value.truncate(40);
    value
}
