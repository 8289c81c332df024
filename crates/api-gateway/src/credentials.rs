//! Whose credentials sign the call of an AWS service.
//!
//! What must stay true: with a user directory, a method acts as its own execution role, or as its caller where it says so, and as
//! nobody else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use alluvium_iam::{Caller, Iam, IamError, Vouched};
use alluvium_sigv4::Credentials;

use crate::hop::HopError;

type Provided = Pin<Box<dyn Future<Output = Result<Credentials, HopError>> + Send>>;

/// What `credentials` says when the caller's own are passed on.
const CALLER: &str = "arn:aws:iam::*:user/*";

/// As whom an integration calls its backend.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-credentials>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ActsAs {
    /// As the role of this ARN.
    Role(String),
    /// As whoever calls the method, which has to be for signed requests.
    Caller,
}

impl ActsAs {
    /// Reads `credentials`; `None` when it is neither a role's ARN nor `arn:aws:iam::*:user/*`.
    pub(crate) fn parse(credentials: &str) -> Option<Self> {
        if credentials == CALLER || credentials == CALLER.replace('*', "\\*") {
            return Some(Self::Caller);
        }
        credentials.contains(":role/").then(|| Self::Role(credentials.to_owned()))
    }
}

/// Where the gateway takes the credentials of an execution role from.
#[derive(Clone)]
pub enum CredentialsSource {
    /// Temporary credentials of the role, from our own user directory.
    ExecutionRole(Iam),
    /// The service is in this process and asks the same user directory who calls: a role's requests are vouched for
    /// ([`Iam::vouch_for_role`]) and carry no signature.
    InProcess(Iam),
    /// One key for every role: a backend elsewhere, reached as one user.
    Fixed(Credentials),
    /// Asked before each call with the role's ARN, such as the SDK's credential chain.
    Provider(CredentialsProvider),
}

/// A function that gives credentials for a role.
#[derive(Clone)]
pub struct CredentialsProvider(Arc<dyn Fn(String) -> Provided + Send + Sync>);

impl CredentialsProvider {
    /// Wraps an asynchronous function of the role's ARN. It is called for each request, so it should keep what it finds.
    pub fn new<F, T>(provide: F) -> Self
    where
        F: Fn(String) -> T + Send + Sync + 'static,
        T: Future<Output = Result<Credentials, HopError>> + Send + 'static,
    {
        Self(Arc::new(move |role_arn| Box::pin(provide(role_arn))))
    }
}

impl fmt::Debug for CredentialsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsProvider")
    }
}

impl CredentialsSource {
    /// What goes along in the place of a signature; `None` where the far side needs one.
    pub(crate) fn vouch(&self, acts_as: &ActsAs) -> Option<Result<Vouched, IamError>> {
        match (acts_as, self) {
            (ActsAs::Role(role_arn), Self::InProcess(iam)) => Some(iam.vouch_for_role(role_arn)),
            _ => None,
        }
    }

    /// The credentials that sign a call; `caller` is the signer of the method request.
    pub(crate) async fn of(
        &self,
        acts_as: &ActsAs,
        caller: Option<&Caller>,
    ) -> Result<Credentials, HopError> {
        match (acts_as, self) {
            (ActsAs::Role(role_arn), Self::ExecutionRole(iam) | Self::InProcess(iam)) => {
                Ok(iam.role_credentials(role_arn)?)
            }
            (ActsAs::Role(role_arn), Self::Provider(provider)) => (provider.0)(role_arn.clone()).await,
            (_, Self::Fixed(credentials)) => Ok(credentials.clone()),
            (ActsAs::Caller, Self::ExecutionRole(iam) | Self::InProcess(iam)) => {
                let caller =
                    caller.ok_or("nobody signed the request; the method needs authorization AWS_IAM")?;
                // Where everybody is let in, so are signers of whom no secret is known.
                let unknown = || Credentials::new(&*caller.access_key_id, String::new());
                Ok(iam.credentials_of(caller).unwrap_or_else(unknown))
            }
            (ActsAs::Caller, Self::Provider(_)) => {
                Err("a caller's credentials cannot be passed on to a service elsewhere; name a role".into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integration_acts_as_a_role_or_as_its_caller() {
        for (text, expected) in [
            (
                "arn:aws:iam::123456789012:role/r",
                Some(ActsAs::Role("arn:aws:iam::123456789012:role/r".to_owned())),
            ),
            ("arn:aws:iam::*:user/*", Some(ActsAs::Caller)),
            ("arn:aws:iam::\\*:user/\\*", Some(ActsAs::Caller)),
            ("arn:aws:iam::123456789012:user/u", None),
            ("", None),
        ] {
            assert_eq!(ActsAs::parse(text), expected, "{text}");
        }
    }
}
