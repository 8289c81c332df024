//! UpdateUsagePlan. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsagePlan.html>
//!
//! What must stay true: the plan is checked as a whole after all operations, so their order does not matter.

use super::rules::{PERIODS, check, check_keys, check_stage, plan};
use super::update_stage_throttle;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::model::{ApiStage, UsagePlan};

#[derive(Debug, Clone, Copy)]
enum Kind {
    ApiStages,
    BurstLimit,
    Description,
    Name,
    ProductCode,
    Quota,
    QuotaLimit,
    QuotaOffset,
    QuotaPeriod,
    RateLimit,
    Throttle,
}

const SET: &[Op] = &[Op::Add, Op::Replace];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/apiStages", ops: &[Op::Add, Op::Remove], kind: Kind::ApiStages },
        Rule { path: "/description", ops: &[Op::Replace], kind: Kind::Description },
        Rule { path: "/name", ops: &[Op::Replace], kind: Kind::Name },
        Rule { path: "/productCode", ops: &[Op::Add, Op::Replace, Op::Remove], kind: Kind::ProductCode },
        Rule { path: "/quota", ops: &[Op::Remove], kind: Kind::Quota },
        Rule { path: "/quota/limit", ops: SET, kind: Kind::QuotaLimit },
        Rule { path: "/quota/offset", ops: SET, kind: Kind::QuotaOffset },
        Rule { path: "/quota/period", ops: SET, kind: Kind::QuotaPeriod },
        Rule { path: "/throttle", ops: &[Op::Remove], kind: Kind::Throttle },
        Rule { path: "/throttle/burstLimit", ops: SET, kind: Kind::BurstLimit },
        Rule { path: "/throttle/rateLimit", ops: SET, kind: Kind::RateLimit },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_usage_plan(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_account(|account| {
        let mut changed = plan(account, call)?.clone();
        for operation in &operations {
            if !update_stage_throttle::apply(&mut changed, operation)? {
                apply(call, &mut changed, &TABLE.step(operation)?)?;
            }
        }
        check(&changed)?;
        check_keys(account, &changed)?;
        let mut view = views::usage_plan(&changed);
        if view.get("tags").is_none() {
            view["tags"] = serde_json::json!({});
        }
        let change = AccountChange::UsagePlan(changed.id.clone());
        account.add_usage_plan(changed);
        Ok((Answer::Json(view), vec![change]))
    })
}

fn apply(call: &Call, plan: &mut UsagePlan, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::ApiStages => change_stages(call, plan, step)?,
        Kind::Description => plan.description = step.text_or_none(),
        Kind::Name => plan.name = step.text_or_none(),
        Kind::ProductCode => plan.product_code = step.text_or_none(),
        Kind::Quota => plan.quota = None,
        Kind::QuotaLimit => plan.quota.get_or_insert_default().limit = step.number()?,
        Kind::QuotaOffset => plan.quota.get_or_insert_default().offset = step.number()?,
        Kind::QuotaPeriod => {
            let period = PERIODS.iter().find(|(word, _)| *word == step.text()).map(|(_, period)| *period);
            plan.quota.get_or_insert_default().period = Some(period.ok_or_else(|| step.invalid_value())?);
        }
        Kind::Throttle => plan.throttle = None,
        Kind::BurstLimit => plan.throttle.get_or_insert_default().burst_limit = step.number()?,
        Kind::RateLimit => plan.throttle.get_or_insert_default().rate_limit = step.number()?,
    }
    Ok(())
}

/// The value is `{api-id}:{stage}`.
fn change_stages(call: &Call, plan: &mut UsagePlan, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    let (api_id, name) = step.text().split_once(':').ok_or_else(|| step.invalid_value())?;
    let stage =
        ApiStage { api_id: Some(api_id.to_owned()), stage: Some(name.to_owned()), ..ApiStage::default() };
    let place =
        plan.api_stages.iter().position(|known| known.api_id == stage.api_id && known.stage == stage.stage);
    match (step.op, place) {
        (Op::Remove, Some(place)) => {
            plan.api_stages.remove(place);
        }
        (Op::Remove, None) => {
            let text = format!("API Stage {api_id}:{name} is not in the usage plan");
            return Err(ControlError::not_found(text));
        }
        _ => {
            check_stage(call, &stage)?;
            plan.api_stages.push(stage);
        }
    }
    Ok(())
}
