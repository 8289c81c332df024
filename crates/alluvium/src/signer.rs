//! Signature Version 4 for the emulator's requests, with the key that the SDK's credential chain finds.
//!
//! A temporary key is asked for anew before it expires; any other once.

use std::sync::Arc;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_posting_emulator::emulator::Signer;
use alluvium_sigv4::{Credentials, SigningParams, sign};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use bytes::Bytes;
use http::Request;
use tokio::sync::Mutex;

use crate::failure::Failure;

/// What API Gateway's methods are signed for.
const SERVICE: &str = "execute-api";
/// How long before its end a temporary key is replaced.
const EXPIRY_MARGIN: Duration = Duration::from_mins(2);

struct Chain {
    provider: SharedCredentialsProvider,
    region: String,
    clock: Clock,
    found: Mutex<Option<aws_credential_types::Credentials>>,
}

/// A signer for a region; fails when there is no key to be found.
pub(crate) async fn signer(region: &str) -> Result<Signer, Failure> {
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).region(Region::new(region.to_owned()));
    let provider = loader.load().await.credentials_provider().ok_or_else(no_key)?;
    let chain =
        Chain { provider, region: region.to_owned(), clock: Clock::system(), found: Mutex::default() };
    chain.key().await.map_err(|_not_found| no_key())?;
    let chain = Arc::new(chain);
    Ok(Signer::new(move |request| {
        let chain = Arc::clone(&chain);
        Box::pin(async move { chain.signed(request).await })
    }))
}

fn no_key() -> Failure {
    Failure::usage(
        "--sign finds no AWS access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    )
}

impl Chain {
    async fn key(&self) -> Result<aws_credential_types::Credentials, String> {
        let mut found = self.found.lock().await;
        let expires = found.as_ref().and_then(aws_credential_types::Credentials::expiry);
        let is_fresh = expires.is_none_or(|end| end > self.clock.now() + EXPIRY_MARGIN);
        match &*found {
            Some(key) if is_fresh => Ok(key.clone()),
            _ => {
                let key = self
                    .provider
                    .provide_credentials()
                    .await
                    .map_err(|_| "no AWS access key is found".to_owned())?;
                Ok(found.insert(key).clone())
            }
        }
    }

    async fn signed(&self, request: Request<Bytes>) -> Result<Request<Bytes>, String> {
        let key = self.key().await?;
        let credentials = Credentials {
            access_key_id: key.access_key_id().to_owned(),
            secret_access_key: key.secret_access_key().to_owned().into(),
            session_token: key.session_token().map(str::to_owned),
        };
        let params = SigningParams {
            credentials: &credentials,
            region: &self.region,
            service: SERVICE,
            now: self.clock.now(),
            keys: None,
        };
        let (mut parts, body) = request.into_parts();
        sign(&mut parts, &body, &params).map_err(|error| error.to_string())?;
        Ok(Request::from_parts(parts, body))
    }
}
