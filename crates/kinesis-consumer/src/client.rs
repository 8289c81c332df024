//! Amazon's Kinesis client, pointed where the configuration says.
//!
//! What must stay true: nothing else of the program needs to know whether the streams are Amazon's, somebody else's or our own.

use std::fmt;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::config::{BehaviorVersion, Region};
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::StreamStatus;
use secrecy::{ExposeSecret, SecretString};

use crate::ReadError;
use crate::failure::{Failure, retried};
use crate::hop::{HttpHop, StreamingHop, http_client};
use crate::limits::ATTEMPT_TIMEOUT;

/// The host that requests to a service in this process name and sign.
const IN_PROCESS_URL: &str = "http://localhost";

/// Where the streams are, and who asks for them.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Where the streams are.
    pub endpoint: Endpoint,
    /// The region, such as `us-east-1`.
    pub region: String,
    /// Whose key signs.
    pub credentials: CredentialsSource,
}

/// Where the streams are.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// Amazon Kinesis in the configured region.
    Aws,
    /// Any server that speaks Kinesis's protocol.
    Url(String),
    /// A service in this process.
    InProcess(HttpHop),
    /// The same, with a way for answers that never end: enhanced fan-out needs it.
    InProcessStreaming(HttpHop, StreamingHop),
}

/// Whose key signs.
#[derive(Debug, Clone)]
pub enum CredentialsSource {
    /// This one.
    Static(Credentials),
    /// What Amazon's clients find by themselves: environment, profile files, single sign-on, the machine's own role
    /// (<https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>).
    DefaultChain,
}

/// An access key.
#[derive(Clone)]
pub struct Credentials {
    /// The public part.
    pub access_key_id: String,
    /// The secret part.
    pub secret_access_key: SecretString,
    /// The token that goes with a temporary key.
    pub session_token: Option<SecretString>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// A client of one Kinesis endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KinesisClient {
    sdk: Client,
    /// The same without retries of its own, for callers that have to know about every failure.
    pub(crate) once: Client,
}

/// Which stream a name meant at a certain time. Two streams of one name differ in their creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamIdentity {
    /// The stream's name.
    pub name: String,
    /// The stream's ARN.
    pub arn: String,
    /// When the stream was created, milliseconds since 1970.
    pub created_millis: i64,
    /// How long records are kept, hours.
    pub retention_hours: i32,
}

impl KinesisClient {
    /// Makes a client. Nothing is sent yet, except by the default chain of credentials, which may ask the machine it runs on.
    pub async fn new(config: ClientConfig) -> Self {
        let base = match &config.credentials {
            CredentialsSource::DefaultChain => {
                let loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
                let shared = loader.region(Region::new(config.region.clone())).load().await;
                aws_sdk_kinesis::config::Builder::from(&shared)
            }
            CredentialsSource::Static(credentials) => aws_sdk_kinesis::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new(config.region.clone()))
                .credentials_provider(aws_sdk_kinesis::config::Credentials::new(
                    credentials.access_key_id.clone(),
                    credentials.secret_access_key.expose_secret(),
                    credentials.session_token.as_ref().map(|token| token.expose_secret().to_owned()),
                    None,
                    "alluvium",
                )),
        };
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
        let base = base.timeout_config(timeouts);
        let pointed = match config.endpoint {
            Endpoint::Aws => {
                // An AWS_ENDPOINT_URL of the environment is not what the configuration says.
                let mut amazon = base;
                amazon.set_endpoint_url(None);
                amazon
            }
            Endpoint::Url(url) => base.endpoint_url(url),
            Endpoint::InProcess(hop) => base.endpoint_url(IN_PROCESS_URL).http_client(http_client(hop, None)),
            Endpoint::InProcessStreaming(hop, streaming) => {
                base.endpoint_url(IN_PROCESS_URL).http_client(http_client(hop, Some(streaming)))
            }
        };
        let with_retries = pointed.build();
        let without_retries = with_retries.to_builder().retry_config(RetryConfig::disabled()).build();
        Self { sdk: Client::from_conf(with_retries), once: Client::from_conf(without_retries) }
    }

    /// Amazon's client itself, with its own retries: for every operation that is not reading.
    pub fn sdk(&self) -> &Client {
        &self.sdk
    }

    /// Which stream a name means now. Waits while the stream is being created.
    pub async fn stream_identity(&self, stream_name: &str) -> Result<StreamIdentity, ReadError> {
        let described = retried("DescribeStreamSummary", || async {
            let request = self.once.describe_stream_summary().stream_name(stream_name);
            let output = request.send().await.map_err(|error| Failure::of(&error))?;
            let summary = output.stream_description_summary.ok_or_else(|| Failure::answer("no summary"))?;
            match summary.stream_status {
                StreamStatus::Creating => Err(Failure::Throttled("the stream is being created".to_owned())),
                StreamStatus::Deleting => Err(Failure::NotFound("the stream is being deleted".to_owned())),
                _ => Ok(summary),
            }
        });
        let summary = described.await.map_err(|failure| match failure {
            Failure::NotFound(reason) => ReadError::StreamNotFound { stream: stream_name.to_owned(), reason },
            other => other.into_error("DescribeStreamSummary", stream_name),
        })?;
        Ok(StreamIdentity {
            name: summary.stream_name,
            arn: summary.stream_arn,
            created_millis: rounded_millis(&summary.stream_creation_timestamp),
            retention_hours: summary.retention_period_hours,
        })
    }
}

/// A time of Amazon's client in milliseconds since 1970. JSON carries seconds as a decimal fraction, which the client keeps as a
/// binary one, so `.123` arrives as `.12299..` and has to be rounded.
pub(crate) fn rounded_millis(time: &DateTime) -> i64 {
    let subsec_millis = (i64::from(time.subsec_nanos()) + 500_000) / 1_000_000;
    time.secs().saturating_mul(1_000).saturating_add(subsec_millis)
}
