//! Whose credentials sign the call of an AWS service.
//!
//! What must stay true: with a user directory, a method acts as its own execution role and as nobody else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use alluvium_iam::Iam;
use alluvium_sigv4::Credentials;

use crate::hop::HopError;

type Provided = Pin<Box<dyn Future<Output = Result<Credentials, HopError>> + Send>>;

/// Where the gateway takes the credentials of an execution role from.
#[derive(Clone)]
pub enum CredentialsSource {
    /// Temporary credentials of the role, from our own user directory.
    ExecutionRole(Iam),
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
    pub(crate) async fn of_role(&self, role_arn: &str) -> Result<Credentials, HopError> {
        match self {
            Self::ExecutionRole(iam) => Ok(iam.role_credentials(role_arn)?),
            Self::Fixed(credentials) => Ok(credentials.clone()),
            Self::Provider(provider) => (provider.0)(role_arn.to_owned()).await,
        }
    }
}
