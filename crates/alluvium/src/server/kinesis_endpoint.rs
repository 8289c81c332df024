//! Where the clients of this process find Kinesis, and with which credentials: the one place that turns
//! `kinesis: embedded | aws | URL` into clients.

use alluvium_api_gateway::{
    AwsServiceTarget, CredentialsProvider, CredentialsSource as GatewayCredentials, HttpHop, network_hop,
};
use alluvium_iam::{Iam, IamError, TrustPolicy};
use alluvium_kinesis_consumer::{
    ClientConfig, Credentials, CredentialsSource, Endpoint, KinesisClient, Pacing, StreamingHop,
};
use alluvium_kinesis_server::KinesisService;
use alluvium_lakehouse::AccessKey;
use alluvium_sigv4::Credentials as SigningCredentials;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::ProvideCredentials;

use super::hop::{in_process, in_process_streaming};
use crate::config::{Config, KinesisChoice};
use crate::failure::Failure;

/// The role in which the program itself asks its own Kinesis, to make the streams that a configuration names.
const OWN_ROLE: &str = "AlluviumServiceRole";
/// The service that the program is in the trust policy of that role.
const OWN_SERVICE: &str = "alluvium.localhost";

/// The host that requests to the service in this process name and sign.
const IN_PROCESS_URL: &str = "http://localhost";

/// Where Kinesis is. Cheap to clone.
#[derive(Clone)]
pub(crate) enum KinesisEndpoint {
    /// In this process.
    Embedded {
        /// The way there.
        hop: HttpHop,
        /// The way there for answers that never end.
        streaming: StreamingHop,
        /// Who issues the credentials of the program's own requests.
        iam: Iam,
    },
    /// Amazon Kinesis.
    Aws,
    /// Another server.
    Url(String),
}

impl KinesisEndpoint {
    /// The endpoint that a configuration chooses, for a process that may run our own Kinesis.
    pub(super) fn of(config: &Config, kinesis: Option<KinesisService>, iam: &Iam) -> Self {
        match kinesis {
            Some(kinesis) => Self::Embedded {
                streaming: in_process_streaming(kinesis.clone()),
                hop: in_process(kinesis),
                iam: iam.clone(),
            },
            None => Self::without_servers(config),
        }
    }

    /// The endpoint that a configuration chooses for a process without servers of its own, such as `pipeline run`.
    pub(crate) fn without_servers(config: &Config) -> Self {
        match &config.kinesis {
            KinesisChoice::Embedded => Self::Url(format!("http://{}", config.listen)),
            KinesisChoice::Aws => Self::Aws,
            KinesisChoice::Url(url) => Self::Url(url.clone()),
        }
    }

    /// Kinesis as the gateway reaches it: our own as the method's execution role, another as the SDK's credential chain says.
    pub(super) async fn gateway_target(&self, region: &str) -> Result<AwsServiceTarget, Failure> {
        let endpoint = match self {
            Self::Embedded { hop, iam, .. } => {
                return Ok(AwsServiceTarget {
                    endpoint: http::Uri::from_static(IN_PROCESS_URL),
                    hop: hop.clone(),
                    credentials: GatewayCredentials::InProcess(iam.clone()),
                });
            }
            Self::Aws => {
                let partition = if region.starts_with("cn-") { ".cn" } else { "" };
                format!("https://kinesis.{region}.amazonaws.com{partition}").parse()?
            }
            Self::Url(url) => url.parse()?,
        };
        let credentials = GatewayCredentials::Provider(chain(region).await?);
        Ok(AwsServiceTarget { endpoint, hop: network_hop()?, credentials })
    }

    /// How often shards are read: our own Kinesis answers as often as it is asked, others allow five reads a second.
    pub(crate) fn pacing(&self) -> Pacing {
        match self {
            Self::Embedded { .. } => Pacing::EMBEDDED,
            Self::Aws | Self::Url(_) => Pacing::AWS,
        }
    }

    /// A client that signs with an access key.
    pub(crate) async fn client_with_key(&self, region: &str, key: &AccessKey) -> KinesisClient {
        let credentials = Credentials {
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            session_token: None,
        };
        self.client(region, CredentialsSource::Static(credentials)).await
    }

    /// The program's own client: with a role of its own towards our Kinesis, with the SDK's credential chain towards others.
    pub(crate) async fn own_client(&self, region: &str) -> Result<KinesisClient, Failure> {
        let Self::Embedded { iam, .. } = self else {
            return Ok(self.client(region, CredentialsSource::DefaultChain).await);
        };
        let iam = iam.clone();
        let own = tokio::task::spawn_blocking(move || {
            let trust = TrustPolicy::of_service(OWN_SERVICE);
            let role = iam.provision_role(OWN_ROLE, &trust, None)?;
            match iam.assume_role_as_service(&role.arn, OWN_SERVICE) {
                // A role that an earlier build made trusts the gateway alone.
                Err(IamError::NotTrusted { .. }) => {
                    iam.update_assume_role_policy(OWN_ROLE, &trust)?;
                    iam.assume_role_as_service(&role.arn, OWN_SERVICE)
                }
                assumed => assumed,
            }
        })
        .await??;
        let credentials = Credentials {
            access_key_id: own.access_key_id,
            secret_access_key: own.secret_access_key,
            session_token: own.session_token.map(Into::into),
        };
        Ok(self.client(region, CredentialsSource::Static(credentials)).await)
    }

    async fn client(&self, region: &str, credentials: CredentialsSource) -> KinesisClient {
        let endpoint = match self {
            Self::Embedded { hop, streaming, .. } => {
                Endpoint::InProcessStreaming(hop.clone(), streaming.clone())
            }
            Self::Aws => Endpoint::Aws,
            Self::Url(url) => Endpoint::Url(url.clone()),
        };
        KinesisClient::new(ClientConfig { endpoint, region: region.to_owned(), credentials }).await
    }
}

/// What the SDK's credential chain finds, asked anew (and cached by the SDK) before each call.
async fn chain(region: &str) -> Result<CredentialsProvider, Failure> {
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).region(Region::new(region.to_owned()));
    let provider = loader.load().await.credentials_provider().ok_or_else(|| {
        anyhow::anyhow!("there is no AWS credential chain on this machine: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    })?;
    Ok(CredentialsProvider::new(move |_role_arn| {
        let provider = provider.clone();
        async move {
            let found = provider.provide_credentials().await?;
            Ok(SigningCredentials {
                access_key_id: found.access_key_id().to_owned(),
                secret_access_key: found.secret_access_key().to_owned().into(),
                session_token: found.session_token().map(str::to_owned),
            })
        }
    }))
}
