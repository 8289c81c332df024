//! Who calls, as `$context.identity` tells it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference>
//!
//! What must stay true: the value of an API key is here because templates may read it, and is never printed by `Debug`.

use std::fmt;
use std::sync::Arc;

use alluvium_iam::Caller;

/// What is known of a caller; nothing of one who neither signed nor sent a key.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The signer of an AWS_IAM method.
    pub(crate) caller: Option<Arc<Caller>>,
    /// The id and the value of the key of a method that requires one.
    pub(crate) api_key: Option<(Arc<str>, Arc<str>)>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("caller", &self.caller)
            .field("api_key_id", &self.api_key.as_ref().map(|(id, _)| id))
            .finish()
    }
}

impl Identity {
    /// The variables of `$context.identity` that it decides, by name; `None` for those that are there and null.
    pub(crate) fn variables(&self) -> Vec<(&'static str, Option<String>)> {
        let caller = self.caller.as_deref();
        let text = |of: fn(&Caller) -> &str| caller.map(|caller| of(caller).to_owned());
        let principal_id = caller.map(Caller::user_id);
        let mut variables = vec![
            ("cognitoIdentityPoolId", None),
            ("accountId", text(|caller| &caller.account_id)),
            ("cognitoIdentityId", None),
            ("caller", principal_id.clone()),
            ("principalOrgId", None),
            ("accessKey", text(|caller| &caller.access_key_id)),
            ("cognitoAuthenticationType", None),
            ("cognitoAuthenticationProvider", None),
            ("userArn", text(|caller| &caller.arn)),
            ("user", principal_id),
        ];
        if let Some((id, value)) = &self.api_key {
            variables.extend([("apiKey", Some(value.to_string())), ("apiKeyId", Some(id.to_string()))]);
        }
        variables
    }
}
