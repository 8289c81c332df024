//! UpdateMethod. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethod.html>

use super::parameters;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::{Method, RestApi};

#[derive(Debug, Clone, Copy)]
enum Kind {
    ApiKeyRequired,
    AuthorizationScope,
    AuthorizationScopes,
    AuthorizationType,
    AuthorizerId,
    OperationName,
    RequestModel,
    RequestParameter,
    RequestValidatorId,
}

const ENTRY: &[Op] = &[Op::Add, Op::Remove, Op::Replace];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/apiKeyRequired", ops: &[Op::Replace], kind: Kind::ApiKeyRequired },
        Rule { path: "/authorizationScopes", ops: &[Op::Add, Op::Remove], kind: Kind::AuthorizationScopes },
        Rule {
            path: "/authorizationScopes/{scope}",
            ops: &[Op::Add, Op::Remove],
            kind: Kind::AuthorizationScope,
        },
        Rule { path: "/authorizationType", ops: &[Op::Replace], kind: Kind::AuthorizationType },
        Rule { path: "/authorizerId", ops: &[Op::Replace], kind: Kind::AuthorizerId },
        Rule { path: "/operationName", ops: &[Op::Replace], kind: Kind::OperationName },
        Rule { path: "/requestModels/{content_type}", ops: ENTRY, kind: Kind::RequestModel },
        Rule { path: "/requestParameters/{name}", ops: ENTRY, kind: Kind::RequestParameter },
        Rule { path: "/requestValidatorId", ops: &[Op::Replace], kind: Kind::RequestValidatorId },
    ],
    refusal: Refusal::ByPath,
};

pub(crate) fn update_method(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_resource(|edit| {
        let mut method = lookup::method(&edit.api, call)?.clone();
        for operation in &operations {
            apply(&edit.api, &mut method, &TABLE.step(operation)?)?;
        }
        if !parameters::needs_authorizer(method.authorization_type) {
            method.authorizer_id = None;
        }
        parameters::check_authorizer(&edit.api, &method)?;
        let view = views::method(lookup::verb(call)?, &method, call.path("resource_id"));
        *lookup::method_mut(&mut edit.api, call)? = method;
        Ok(Answer::Json(view))
    })
}

fn apply(api: &RestApi, method: &mut Method, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::ApiKeyRequired => method.api_key_required = step.flag(),
        Kind::AuthorizationScope | Kind::AuthorizationScopes => {
            let scope = step.value.unwrap_or_else(|| step.name());
            let others = method.authorization_scopes.iter().filter(|known| *known != scope);
            method.authorization_scopes = others.cloned().collect();
            if step.op == Op::Add {
                method.authorization_scopes.push(scope.to_owned());
            }
        }
        Kind::AuthorizationType => {
            method.authorization_type = parameters::authorization_type(step.text())?;
        }
        Kind::AuthorizerId => method.authorizer_id = step.text_or_none(),
        Kind::OperationName => method.operation_name = step.text_or_none(),
        Kind::RequestModel => {
            let model = step.text().to_owned();
            step.change_entry(&mut method.request_models, model, "Invalid content type specified")?;
            mappings::check_models(api, &method.request_models)?;
        }
        Kind::RequestParameter => {
            let is_required = step.flag();
            step.change_entry(
                &mut method.request_parameters,
                is_required,
                "Invalid parameter name specified",
            )?;
            mappings::check_method_parameters(&method.request_parameters)?;
        }
        Kind::RequestValidatorId => {
            method.request_validator_id = step.text_or_none();
            parameters::check_validator(api, method.request_validator_id.as_deref())?;
        }
    }
    Ok(())
}
