//! GetUsage: for each key and day, what was used and what was left.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html>

use serde_json::{Map, Value, json};

use super::rules::{no_key, plan};
use crate::access::{Day, DayUsage, date_text, day_of, day_of_text};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::limits::USAGE_DAYS_MAX;

pub(crate) fn get_usage(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let days = days(call)?;
    let account = call.gateway.account();
    let plan = plan(&account, call)?;
    let key_id = call.query("keyId");
    if key_id.is_some_and(|key_id| !plan.key_ids.iter().any(|known| known == key_id)) {
        return Err(no_key());
    }
    let keys = plan.key_ids.iter().filter(|id| key_id.is_none_or(|key_id| key_id == *id));
    let mut list =
        page.list(keys.map(|id| (id.clone(), id)), |id| json!([id, of_key(call, &plan.id, id, days)]));
    let mut values = Map::new();
    for entry in list["item"].as_array_mut().into_iter().flatten() {
        if let Some(id) = entry[0].as_str().map(str::to_owned) {
            values.insert(id, entry[1].take());
        }
    }
    let mut usage = json!({
        "usagePlanId": plan.id,
        "startDate": date_text(days.0),
        "endDate": date_text(days.1),
        "values": values,
    });
    if let Some(position) = list.get_mut("position") {
        usage["position"] = position.take();
    }
    Ok(Answer::Json(usage))
}

fn days(call: &Call) -> Result<(Day, Day), ControlError> {
    let day = |name: &str| {
        let text = call.query(name).unwrap_or_default();
        let text_of = || format!("Invalid {name} specified: '{text}'. It must be a date, YYYY-MM-DD");
        day_of_text(text).ok_or_else(|| ControlError::bad_request(text_of()))
    };
    let (first, last) = (day("startDate")?, day("endDate")?);
    if first > last {
        return Err(ControlError::bad_request("The startDate must not be after the endDate"));
    }
    if last - first >= USAGE_DAYS_MAX {
        let text = format!("The startDate and the endDate must lie within {USAGE_DAYS_MAX} days");
        return Err(ControlError::bad_request(text));
    }
    Ok((first, last))
}

/// A pair for each day. Without a quota there is no telling what is left: -1.
pub(super) fn of_key(call: &Call, plan_id: &str, key_id: &str, days: (Day, Day)) -> Value {
    let environment = &call.gateway.0.environment;
    let plans = environment.access.plans();
    let Some(membership) = plans.membership(plan_id, key_id) else { return json!([]) };
    let today = day_of(environment.clock.since_epoch());
    let report = membership.usage.report(membership.quota.as_ref(), days, today);
    report.into_iter().map(|DayUsage { used, remaining }| json!([used, remaining.unwrap_or(-1)])).collect()
}
