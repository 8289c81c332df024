//! A caller for whom this process itself vouches, so that a service in the same process needs no signature to know them.
//!
//! What must stay true: only a user directory makes one, for a session that it has issued itself, and nothing that came off a
//! socket can hold one: it is a value in the extensions of a request, which no byte of a request becomes. It counts only where
//! the same directory is asked, and only as long as a signature with the session's key would (docs/adr/0013).

use std::sync::Arc;

use http::Extensions;

use crate::authenticator::Authenticator;
use crate::caller::Caller;
use crate::error::IamError;
use crate::iam::Iam;
use crate::issued_key::IssuedKey;
use crate::sessions::API_GATEWAY;

/// Stands in the extensions of a request in the place of its signature.
#[derive(Debug, Clone)]
pub struct Vouched(Arc<IssuedKey>);

impl Iam {
    /// Vouches for API Gateway acting as a role, under the conditions and with the errors of [`Iam::role_credentials`].
    pub fn vouch_for_role(&self, role_arn: &str) -> Result<Vouched, IamError> {
        self.service_key(role_arn, API_GATEWAY).map(Vouched)
    }
}

impl Authenticator {
    /// Who sends a request for which this process vouches; `None` when it does not, and the signature has to tell.
    pub fn vouched(&self, extensions: &Extensions) -> Option<Caller> {
        let Vouched(key) = extensions.get()?;
        let iam = self.iam();
        let issued = iam.issued_key(&key.caller.access_key_id)?;
        let counts = Arc::ptr_eq(&issued, key) && key.lasts_until(iam.now());
        counts.then(|| key.caller.clone())
    }
}
