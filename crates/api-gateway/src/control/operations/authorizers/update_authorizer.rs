//! UpdateAuthorizer. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAuthorizer.html>

use super::{check_credentials, check_ttl, no_authorizer};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::Authorizer;

#[derive(Debug, Clone, Copy)]
enum Kind {
    AuthType,
    Credentials,
    IdentitySource,
    IdentityValidation,
    Name,
    ProviderArns,
    ResultTtl,
    Type,
    Uri,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/authType", ops: &[Op::Replace], kind: Kind::AuthType },
        Rule { path: "/authorizerCredentials", ops: &[Op::Replace], kind: Kind::Credentials },
        Rule { path: "/authorizerResultTtlInSeconds", ops: &[Op::Replace], kind: Kind::ResultTtl },
        Rule { path: "/authorizerUri", ops: &[Op::Replace], kind: Kind::Uri },
        Rule { path: "/identitySource", ops: &[Op::Replace], kind: Kind::IdentitySource },
        Rule { path: "/identityValidationExpression", ops: &[Op::Replace], kind: Kind::IdentityValidation },
        Rule { path: "/name", ops: &[Op::Replace], kind: Kind::Name },
        Rule { path: "/providerARNs", ops: &[Op::Add, Op::Remove], kind: Kind::ProviderArns },
        Rule { path: "/type", ops: &[Op::Replace], kind: Kind::Type },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_authorizer(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let authorizer =
            edit.api.authorizers.get_mut(call.path("authorizer_id")).ok_or_else(no_authorizer)?;
        for operation in &operations {
            let step = TABLE.step(operation)?;
            apply(authorizer, &step)?;
            if matches!(step.kind, Kind::Credentials) {
                check_credentials(call, authorizer)?;
            }
        }
        Ok(Answer::Json(views::authorizer(authorizer)))
    })
}

fn apply(authorizer: &mut Authorizer, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::AuthType => authorizer.auth_type = step.text_or_none(),
        Kind::Credentials => authorizer.authorizer_credentials = step.text_or_none(),
        Kind::IdentitySource => authorizer.identity_source = step.text_or_none(),
        Kind::IdentityValidation => authorizer.identity_validation_expression = step.text_or_none(),
        Kind::Name if step.text().is_empty() => return Err(step.invalid_value()),
        Kind::Name => step.text().clone_into(&mut authorizer.name),
        Kind::ProviderArns => {
            authorizer.provider_arns.retain(|arn| arn != step.text());
            if step.op == Op::Add {
                authorizer.provider_arns.push(step.text().to_owned());
            }
        }
        Kind::ResultTtl => {
            authorizer.authorizer_result_ttl_in_seconds = Some(step.number()?);
            check_ttl(authorizer.authorizer_result_ttl_in_seconds)?;
        }
        Kind::Type if !["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].contains(&step.text()) => {
            return Err(step.invalid_value());
        }
        Kind::Type => step.text().clone_into(&mut authorizer.authorizer_type),
        Kind::Uri => authorizer.authorizer_uri = step.text_or_none(),
    }
    Ok(())
}
