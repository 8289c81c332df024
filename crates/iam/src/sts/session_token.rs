//! GetSessionToken: temporary credentials of a user
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).

use std::time::Duration;

use alluvium_aws_query::Document;

use crate::caller::{Caller, Principal};
use crate::random;
use crate::sessions::NewSession;
use crate::sts::credentials;
use crate::wire::{Call, Fault, Input, Outcome};

/// Seconds that a user's session lasts when the request does not say.
const SECONDS_DEFAULT: i64 = 43_200;
/// Seconds that a session of the account itself lasts at most.
const ACCOUNT_SECONDS_MAX: i64 = 3_600;

pub(crate) fn get_session_token(call: &Call<'_>, input: &Input) -> Outcome {
    if input.text("SerialNumber").is_some() || input.text("TokenCode").is_some() {
        return Err(Fault::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ));
    }
    let is_session = call.caller.access_key_id.starts_with("ASIA");
    let mut seconds = input.integer("DurationSeconds").unwrap_or(SECONDS_DEFAULT);
    match &call.caller.principal {
        Principal::User { .. } if !is_session => {}
        Principal::Account if !is_session => seconds = seconds.min(ACCOUNT_SECONDS_MAX),
        _ => return Err(Fault::access_denied("Cannot call GetSessionToken with session credentials")),
    }
    let caller = Caller { access_key_id: random::identifier("ASIA").into(), ..call.caller.clone() };
    let new = NewSession {
        life: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
        policies: None,
        tags: Vec::new(),
        of_service: false,
        token_chars_min: credentials::token_chars_min(input),
    };
    let key = call.iam.begin(caller, new)?;
    Ok(Some(Document::structure([("Credentials", credentials::show(&key))])))
}
