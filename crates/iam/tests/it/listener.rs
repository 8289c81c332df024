//! IAM and STS on a port of their own, told apart by the scope of the signature, for AWS's own clients.

use std::net::SocketAddr;

use alluvium_iam::{AuthMode, Authenticator, Iam, IamService, StsService};
use alluvium_sigv4::Credentials;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret;
use tower::ServiceExt;

use crate::ACCOUNT;

/// A listener that serves until the test ends, and an administrator who may do everything.
pub(crate) struct Listener {
    pub(crate) endpoint: String,
    pub(crate) iam: Iam,
    credentials: Credentials,
}

impl Listener {
    /// Listens with signatures verified and policies in force, over an account that is forgotten.
    pub(crate) async fn start() -> Self {
        let iam = Iam::in_memory(alluvium_clock::Clock::system(), ACCOUNT);
        iam.provision_user("admin", None).expect("made");
        let credentials = iam.create_access_key("admin").expect("a key");
        let listener =
            tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce);
        let services = (IamService::new(authenticator.clone()), StsService::new(authenticator));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let services = services.clone();
                let serve = hyper::service::service_fn(move |request| answer(services.clone(), request));
                let builder = hyper::server::conn::http1::Builder::new();
                // A client that goes away is its own affair.
                tokio::spawn(
                    async move { builder.serve_connection(TokioIo::new(connection), serve).await.ok() },
                );
            }
        });
        Self { endpoint, iam, credentials }
    }

    /// The environment of a client that signs as the administrator.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ACCESS_KEY_ID", self.credentials.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.credentials.secret_access_key.expose_secret().to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
        ]
    }
}

async fn answer(
    services: (IamService, StsService),
    request: Request<hyper::body::Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, body.collect().await?.to_bytes());
    let scope =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answered = if scope.contains("/sts/aws4_request") {
        services.1.oneshot(request).await
    } else {
        services.0.oneshot(request).await
    };
    Ok(answered.unwrap_or_else(|never| match never {}))
}
