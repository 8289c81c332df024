//! A GET of our own REST API, over the socket as any user's would be.

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::failure::Failure;

/// The largest answer that is read.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The JSON that the URL answers with status 200; any other answer is a failure that shows it.
pub(crate) async fn get_json(url: &str) -> Result<serde_json::Value, Failure> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response =
        client.get(url.parse::<Uri>()?).await.map_err(|error| anyhow::anyhow!("GET {url}: {error}"))?;
    let status = response.status();
    let body = Limited::new(response.into_body(), BODY_BYTES_MAX)
        .collect()
        .await
        .map_err(|error| anyhow::anyhow!("GET {url}: {error}"))?
        .to_bytes();
    if status != http::StatusCode::OK {
        return Err(Failure::Failed(anyhow::anyhow!(
            "GET {url}: {status}: {}",
            String::from_utf8_lossy(&body)
        )));
    }
    Ok(serde_json::from_slice(&body).map_err(|error| anyhow::anyhow!("GET {url}: not JSON: {error}"))?)
}
