//! What holds for every usage plan, however it came to be.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>
//!
//! What must stay true: a key opens a stage through one plan at most, so that it is clear which plan counts.

use crate::account::AccountState;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::limits::{NAME_CHARS_MAX, PLANS_OF_KEY_MAX};
use crate::model::{ApiStage, QuotaPeriod, QuotaSettings, ThrottleSettings, UsagePlan};

/// The words of a quota's `period`.
pub(super) const PERIODS: [(&str, QuotaPeriod); 3] =
    [("DAY", QuotaPeriod::Day), ("WEEK", QuotaPeriod::Week), ("MONTH", QuotaPeriod::Month)];

/// There is no usage plan of this id.
pub(super) fn no_plan() -> ControlError {
    ControlError::not_found("Invalid Usage Plan ID specified")
}

/// There is no such key, or it is not in the plan.
pub(super) fn no_key() -> ControlError {
    ControlError::not_found("Invalid API Key identifier specified")
}

/// The plan that the path names.
pub(super) fn plan<'a>(account: &'a AccountState, call: &Call) -> Result<&'a UsagePlan, ControlError> {
    account.usage_plans.get(call.path("usageplanId")).ok_or_else(no_plan)
}

/// Reads `throttle`.
pub(super) fn read_throttle(mut sent: Members, into: &mut Members) -> Result<ThrottleSettings, ControlError> {
    let settings = ThrottleSettings {
        burst_limit: sent.integer("burstLimit")?.unwrap_or_default(),
        rate_limit: sent.double("rateLimit")?.unwrap_or_default(),
    };
    into.done(sent);
    Ok(settings)
}

/// What has to hold of a plan by itself.
pub(super) fn check(plan: &UsagePlan) -> Result<(), ControlError> {
    let name = plan.name.as_deref().unwrap_or_default();
    if name.is_empty() {
        return Err(ControlError::bad_request("Usage Plan name must be non-empty"));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        let text = format!("Usage Plan name should be at most {NAME_CHARS_MAX} characters");
        return Err(ControlError::bad_request(text));
    }
    let of_methods = plan.api_stages.iter().flat_map(|stage| stage.throttle.values());
    for throttle in plan.throttle.iter().chain(of_methods) {
        check_throttle(throttle)?;
    }
    plan.quota.as_ref().map_or(Ok(()), check_quota)
}

fn check_throttle(throttle: &ThrottleSettings) -> Result<(), ControlError> {
    let is_number = throttle.rate_limit.is_finite() && throttle.rate_limit >= 0.0;
    if is_number && (0..=i64::from(i32::MAX)).contains(&throttle.burst_limit) {
        return Ok(());
    }
    let text = format!(
        "Usage Plan throttle rateLimit {} and burstLimit {} must not be negative",
        throttle.rate_limit, throttle.burst_limit
    );
    Err(ControlError::bad_request(text))
}

fn check_quota(quota: &QuotaSettings) -> Result<(), ControlError> {
    let refuse = |text: &str| Err(ControlError::bad_request(text));
    if !(0..=i64::from(i32::MAX)).contains(&quota.limit) {
        return refuse("Usage Plan quota limit must not be negative");
    }
    match quota.period {
        None => refuse("Usage Plan quota period must be one of: [DAY, WEEK, MONTH]"),
        Some(QuotaPeriod::Day) if quota.offset != 0 => {
            refuse("Usage Plan quota offset must be zero in the DAY period")
        }
        Some(QuotaPeriod::Week) if !(0..=6).contains(&quota.offset) => {
            refuse("Usage Plan quota offset must be between zero and six inclusive in the WEEK period")
        }
        Some(QuotaPeriod::Month) if !(0..=27).contains(&quota.offset) => {
            refuse("Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period")
        }
        Some(_) => Ok(()),
    }
}

/// Whether the stage of a plan is there.
pub(super) fn check_stage(call: &Call, stage: &ApiStage) -> Result<(), ControlError> {
    let (api_id, name) =
        (stage.api_id.as_deref().unwrap_or_default(), stage.stage.as_deref().unwrap_or_default());
    let api = call.gateway.rest_api(api_id).ok_or_else(|| call.no_api(api_id))?;
    if api.stages.contains_key(name) {
        return Ok(());
    }
    Err(ControlError::not_found(format!("API Stage not found: {api_id}:{name}")))
}

/// Whether every key of a plan opens each of its stages through this plan only.
pub(super) fn check_keys(account: &AccountState, plan: &UsagePlan) -> Result<(), ControlError> {
    for (index, stage) in plan.api_stages.iter().enumerate() {
        if plan.api_stages.iter().take(index).any(|other| is_same(stage, other)) {
            let text = format!("API Stage {} is in the usage plan already", shown(stage));
            return Err(ControlError::conflict(text));
        }
    }
    let others = account.usage_plans.values().filter(|other| other.id != plan.id);
    for other in others {
        let Some(stage) =
            plan.api_stages.iter().find(|stage| other.api_stages.iter().any(|o| is_same(stage, o)))
        else {
            continue;
        };
        if let Some(key_id) = plan.key_ids.iter().find(|id| other.key_ids.contains(id)) {
            let text = format!(
                "API Key {key_id} is in usage plan {} with the same API Stage {}; a key is in one usage plan for each stage",
                other.id,
                shown(stage)
            );
            return Err(ControlError::conflict(text));
        }
    }
    Ok(())
}

/// Puts a key into a plan.
pub(crate) fn add_key(account: &mut AccountState, plan_id: &str, key_id: &str) -> Result<(), ControlError> {
    let mut plan = account.usage_plans.get(plan_id).cloned().ok_or_else(no_plan)?;
    if !account.api_keys().contains_key(key_id) {
        return Err(no_key());
    }
    if plan.key_ids.iter().any(|known| known == key_id) {
        let text = format!("API Key {key_id} is in usage plan {plan_id} already");
        return Err(ControlError::conflict(text));
    }
    let plans = account.usage_plans.values().filter(|plan| plan.key_ids.iter().any(|known| known == key_id));
    if plans.count() >= PLANS_OF_KEY_MAX {
        let text = format!("API Key {key_id} is in {PLANS_OF_KEY_MAX} usage plans, as many as there may be");
        return Err(ControlError::limit_exceeded(text));
    }
    plan.key_ids.push(key_id.to_owned());
    check_keys(account, &plan)?;
    account.add_usage_plan(plan);
    Ok(())
}

fn is_same(stage: &ApiStage, other: &ApiStage) -> bool {
    stage.api_id == other.api_id && stage.stage == other.stage
}

fn shown(stage: &ApiStage) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    format!("{}:{}", part(&stage.api_id), part(&stage.stage))
}
