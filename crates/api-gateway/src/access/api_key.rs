//! The API key of a method that requires one, and what its usage plan allows.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>
//!
//! What must stay true: whatever is wrong with a key, its bearer reads the same 403 Forbidden; only the log tells which it was,
//! and never by the key's value.

use std::sync::Arc;

use http::HeaderMap;

use super::plans::{PlannedKey, Plans};
use super::{MethodAccess, Refusal, Target};
use crate::model::{ApiKeySource, GatewayResponseType};

/// The header of [`ApiKeySource::Header`].
pub(crate) const HEADER: &str = "x-api-key";

/// The key that a request sends, and its value.
pub(super) fn of_request(
    plans: &Plans,
    source: ApiKeySource,
    headers: &HeaderMap,
) -> Result<(Arc<PlannedKey>, Arc<str>), Refusal> {
    let refuse = |cause: &str| Refusal::of(GatewayResponseType::InvalidApiKey, cause);
    if source == ApiKeySource::Authorizer {
        return Err(refuse(
            "the API reads keys from the answer of an authorizer (apiKeySource AUTHORIZER), which is not supported; set it to HEADER",
        ));
    }
    let sent = headers
        .get(HEADER)
        .ok_or_else(|| refuse("the method requires an API key, and the request has no x-api-key header"))?;
    let value = sent.to_str().map_err(|_| refuse("the x-api-key header is not text"))?;
    let key =
        plans.key_of_value(value).ok_or_else(|| refuse("the x-api-key header has no key of this account"))?;
    if !key.is_enabled {
        return Err(refuse(&format!("the API key {} is not enabled", key.id)));
    }
    Ok((Arc::clone(key), value.into()))
}

/// Takes one request from what the key's plan allows for a stage: first the throttles, of the plan and then `others`, then the
/// quota, so that a request that is throttled uses nothing up.
pub(super) fn admit(
    key: &PlannedKey,
    method: &MethodAccess,
    target: Target<'_>,
    now: std::time::Duration,
    others: impl FnOnce() -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let (api_id, stage) = (target.api_id, target.stage);
    let opened = key.opens(api_id, stage).ok_or_else(|| {
        let cause = format!("no usage plan of the API key {} has stage '{stage}' of API {api_id}", key.id);
        Refusal::of(GatewayResponseType::InvalidApiKey, cause)
    })?;
    if let Some(throttle) = opened.throttle(&method.path, method.verb.as_str())
        && !throttle.bucket.take(now)
    {
        let cause = format!("the API key {} calls more often than its usage plan allows", key.id);
        return Err(Refusal::of(GatewayResponseType::Throttled, cause));
    }
    others()?;
    let membership = opened.membership;
    if membership.usage.count(membership.quota.as_ref(), super::quota_period::day_of(now)) {
        return Ok(());
    }
    let cause = format!("the API key {} has used up the quota of its usage plan", key.id);
    Err(Refusal::of(GatewayResponseType::QuotaExceeded, cause))
}
