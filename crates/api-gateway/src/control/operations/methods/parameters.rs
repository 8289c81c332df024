//! Checks of a method's own settings: verb, authorization, validator.

use crate::control::error::ControlError;
use crate::model::{AuthorizationType, Method, RestApi};

/// The path's verb is none of API Gateway's.
pub(in crate::control) fn invalid_verb() -> ControlError {
    ControlError::bad_request(
        "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
    )
}

/// Who may call, by AWS's name in any case.
pub(super) fn authorization_type(text: &str) -> Result<AuthorizationType, ControlError> {
    let all = [
        AuthorizationType::None,
        AuthorizationType::AwsIam,
        AuthorizationType::Custom,
        AuthorizationType::CognitoUserPools,
    ];
    all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
        ControlError::bad_request(
            "Invalid Authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS",
        )
    })
}

/// Whether this type needs an authorizer.
pub(super) fn needs_authorizer(authorization_type: AuthorizationType) -> bool {
    matches!(authorization_type, AuthorizationType::Custom | AuthorizationType::CognitoUserPools)
}

/// An authorizer has to be there where one is needed.
pub(super) fn check_authorizer(api: &RestApi, method: &Method) -> Result<(), ControlError> {
    let is_there = method.authorizer_id.as_ref().is_some_and(|id| api.authorizers.contains_key(id));
    if is_there || !needs_authorizer(method.authorization_type) {
        return Ok(());
    }
    Err(ControlError::bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    ))
}

/// A validator that is named has to be there.
pub(super) fn check_validator(api: &RestApi, id: Option<&str>) -> Result<(), ControlError> {
    match id {
        Some(id) if !api.request_validators.contains_key(id) => {
            Err(ControlError::bad_request("Invalid Request Validator identifier specified"))
        }
        _ => Ok(()),
    }
}
