//! UpdateAccount. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html>

use crate::control::answer::Answer;
use crate::control::authorize::check_pass_role;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;
use crate::model::Account;

#[derive(Debug, Clone, Copy)]
enum Kind {
    CloudwatchRoleArn,
    Features,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule {
            path: "/cloudwatchRoleArn",
            ops: &[Op::Add, Op::Replace, Op::Remove],
            kind: Kind::CloudwatchRoleArn,
        },
        Rule { path: "/features", ops: &[Op::Add, Op::Remove], kind: Kind::Features },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_account(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_account(|account| {
        for operation in &operations {
            apply(&mut account.settings, &TABLE.step(operation)?)?;
            if let Some(role_arn) = &account.settings.cloudwatch_role_arn {
                check_pass_role(call, role_arn)?;
            }
        }
        Ok((Answer::Json(views::account(&account.settings)), vec![AccountChange::Settings]))
    })
}

fn apply(settings: &mut Account, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::CloudwatchRoleArn => {
            let arn = step.text_or_none();
            if arn.as_deref().is_some_and(|arn| !is_role(arn)) {
                return Err(ControlError::bad_request("The role ARN is not well formed"));
            }
            settings.cloudwatch_role_arn = arn;
        }
        // Usage plans are always there, as in every account that is not very old.
        Kind::Features if step.text() == "UsagePlans" => {}
        Kind::Features => return Err(step.invalid_value()),
    }
    Ok(())
}

fn is_role(arn: &str) -> bool {
    let account = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/"));
    account.is_some_and(|(account, name)| account.len() == 12 && !name.is_empty())
}
