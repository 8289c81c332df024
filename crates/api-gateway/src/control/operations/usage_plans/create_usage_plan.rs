//! CreateUsagePlan. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlan.html>

use super::rules::{PERIODS, check, check_keys, check_stage, read_throttle};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::limits::USAGE_PLANS_MAX;
use crate::model::{ApiStage, QuotaSettings, RESOURCE_ID_CHARS, ThrottleSettings, UsagePlan, new_id};

pub(crate) fn create_usage_plan(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let plan = UsagePlan {
        id: new_id(RESOURCE_ID_CHARS),
        name: Some(members.required_text("name")?),
        description: members.text("description")?,
        api_stages: api_stages(&mut members)?,
        throttle: throttle(&mut members)?,
        quota: quota(&mut members)?,
        tags: members.text_map("tags")?.unwrap_or_default(),
        ..UsagePlan::default()
    };
    members.finish()?;
    check(&plan)?;
    for stage in &plan.api_stages {
        check_stage(call, stage)?;
    }
    call.edit_account(|account| {
        check_keys(account, &plan)?;
        if account.usage_plans.len() >= USAGE_PLANS_MAX {
            return Err(ControlError::limit_exceeded(
                "Maximum number of Usage Plans per account has been reached",
            ));
        }
        let answer = Answer::Json(views::usage_plan(&plan));
        let change = AccountChange::UsagePlan(plan.id.clone());
        account.add_usage_plan(plan);
        Ok((answer, vec![change]))
    })
}

fn api_stages(members: &mut Members) -> Result<Vec<ApiStage>, ControlError> {
    let mut stages = Vec::new();
    for mut sent in members.structures("apiStages")?.unwrap_or_default() {
        let (api_id, stage) = (sent.text("apiId")?, sent.text("stage")?);
        let mut throttle = indexmap::IndexMap::new();
        for (method, settings) in sent.structure_map("throttle")?.unwrap_or_default() {
            throttle.insert(method, read_throttle(settings, &mut sent)?);
        }
        members.done(sent);
        stages.push(ApiStage { api_id, stage, throttle });
    }
    Ok(stages)
}

fn throttle(members: &mut Members) -> Result<Option<ThrottleSettings>, ControlError> {
    let sent = members.structure("throttle")?;
    sent.map(|sent| read_throttle(sent, members)).transpose()
}

fn quota(members: &mut Members) -> Result<Option<QuotaSettings>, ControlError> {
    let Some(mut sent) = members.structure("quota")? else { return Ok(None) };
    let quota = QuotaSettings {
        limit: sent.integer("limit")?.unwrap_or_default(),
        offset: sent.integer("offset")?.unwrap_or_default(),
        period: sent.word("period", &PERIODS)?,
    };
    members.done(sent);
    Ok(Some(quota))
}
