//! The servers of one process: what is started in which order, and stopped in the reverse.
//!
//! Order: the certificate, the port (bound first, so that one in use changes nothing on disk), data directory (held), IAM, stream store, Kinesis,
//! API Gateway, and then the port is served. What must stay true: nobody is answered by a half-started service; the port
//! closes first, and the store after all that could write to it.

mod asked_service;
mod body;
mod connection;
mod data_dir;
mod front;
mod hop;
mod kinesis_endpoint;
mod limits;
mod listener;
mod process;
mod tls;
mod wire_io;

use std::collections::HashMap;
use std::net::SocketAddr;

use alluvium_api_gateway::{ApiGateway, ControlOptions, GatewayOptions};
use alluvium_clock::Clock;
use alluvium_cloudwatch::{CloudWatchService, Metrics};
use alluvium_iam::{AuthMode, Authenticator, Iam, IamService, StsService};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, Limits, OnDemandScaling, TokenKey};
use alluvium_stream_store::{Durability, Files, Store, StoreOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{AuthChoice, Config, DurabilityChoice, KinesisChoice, LimitsChoice};
use crate::failure::Failure;
use body::BodyRoom;
use connection::Connections;
use data_dir::DataDir;

pub(crate) use data_dir::make_private;
pub(crate) use kinesis_endpoint::KinesisEndpoint;

/// Beside the shard logs: the key that signs shard iterators, so that they survive a restart.
pub(crate) const TOKEN_KEY_FILE: &str = "iterator.key";

/// The running servers of a configuration.
pub(crate) struct Servers {
    /// The REST APIs.
    pub(crate) gateway: ApiGateway,
    /// Users, roles and keys.
    pub(crate) iam: Iam,
    /// Where clients of Kinesis in this process send their requests.
    pub(crate) kinesis: KinesisEndpoint,
    /// Our own streams, when they are here.
    embedded: Option<Embedded>,
    address: SocketAddr,
    has_tls: bool,
    stop_listening: CancellationToken,
    listening: JoinHandle<()>,
    _data_dir: DataDir,
}

struct Embedded {
    server: KinesisServer,
    store: Store,
}

impl Servers {
    /// Starts what the configuration names and returns when requests are answered.
    pub(crate) async fn start(config: &Config) -> Result<Self, Failure> {
        let clock = Clock::system();
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let has_tls = tls.is_some();
        let listener = listener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let data_dir = DataDir::open(&config.data_dir)?;
        let iam = Iam::open(&data_dir.subdirectory("iam")?, clock, &config.account_id)?;
        let metrics = Metrics::new(clock);
        let embedded = match config.kinesis {
            KinesisChoice::Embedded => Some(start_kinesis(config, &data_dir, &iam, &metrics, clock).await?),
            KinesisChoice::Aws | KinesisChoice::Url(_) => None,
        };
        let kinesis_service = embedded.as_ref().map(|embedded| embedded.server.service());
        let kinesis = KinesisEndpoint::of(config, kinesis_service.clone(), &iam);
        let gateway = ApiGateway::open(
            &data_dir.subdirectory("apis")?,
            GatewayOptions {
                authenticator: Some(authenticator(config, &iam)),
                limits: match config.service.limits {
                    LimitsChoice::None => alluvium_api_gateway::Limits::None,
                    LimitsChoice::Aws => alluvium_api_gateway::Limits::Aws,
                },
                services: HashMap::from([(
                    "kinesis".to_owned(),
                    kinesis.gateway_target(&config.region).await?,
                )]),
                explains_errors: true,
                ..GatewayOptions::new(&config.account_id, &config.region)
            },
            clock,
        )?;
        let authenticator = authenticator(config, &iam);
        let front = front::Front {
            kinesis: kinesis_service,
            gateway: gateway.invoke_service(),
            control: gateway.control_service(ControlOptions {
                region: config.region.clone(),
                authenticator: authenticator.clone(),
            }),
            iam: IamService::new(authenticator.clone()),
            sts: StsService::new(authenticator.clone()),
            cloudwatch: CloudWatchService::new(metrics.clone(), authenticator, &config.account_id),
            process: process::ProcessView::new(metrics),
        };
        let stop_listening = CancellationToken::new();
        let connections = Connections { front, tls, room: BodyRoom::default(), stop: stop_listening.clone() };
        let listening = tokio::spawn(listener::serve(listener, connections));
        Ok(Self {
            gateway,
            iam,
            kinesis,
            embedded,
            address,
            has_tls,
            stop_listening,
            listening,
            _data_dir: data_dir,
        })
    }

    /// The URL of the AWS endpoint.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same with TLS, when there is a certificate.
    pub(crate) fn tls_endpoint(&self) -> Option<String> {
        self.has_tls.then(|| format!("https://{}", self.address))
    }

    /// How many records each of our own streams has accepted since the data directory began; `None` when the streams are
    /// elsewhere.
    pub(crate) fn accepted(&self, stream: &str) -> Option<u64> {
        let embedded = self.embedded.as_ref()?;
        let name = alluvium_kinesis_model::StreamName::parse(stream).ok()?;
        let stream = embedded.store.stream(&name)?;
        embedded.store.accepted(stream.id)
    }

    /// Stops listening, ends subscriptions, finishes what has begun, closes the store.
    pub(crate) async fn stop(self) {
        self.stop_listening.cancel();
        if let Some(embedded) = &self.embedded {
            embedded.server.close_subscriptions();
        }
        if let Err(error) = self.listening.await {
            tracing::error!(%error, "the listener ended badly");
        }
        let gateway = self.gateway;
        match tokio::task::spawn_blocking(move || gateway.save_usage()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the last usage of API keys could not be saved"),
            Err(error) => tracing::error!(%error, "the last usage of API keys was not saved"),
        }
        if let Some(embedded) = self.embedded {
            embedded.server.close().await;
        }
    }
}

fn auth_mode(config: &Config) -> AuthMode {
    match config.auth {
        AuthChoice::Any => AuthMode::Any,
        AuthChoice::Enforce => AuthMode::Enforce,
    }
}

/// Who tells callers apart, for every service alike: signatures have to be for the configured region.
fn authenticator(config: &Config, iam: &Iam) -> Authenticator {
    Authenticator::new(iam.clone(), auth_mode(config)).in_region(&config.region)
}

async fn start_kinesis(
    config: &Config,
    data_dir: &DataDir,
    iam: &Iam,
    metrics: &Metrics,
    clock: Clock,
) -> Result<Embedded, Failure> {
    let store_options = StoreOptions {
        durability: match config.service.durability {
            DurabilityChoice::Sync => Durability::Sync,
            DurabilityChoice::Os => Durability::Os,
        },
        ..StoreOptions::new(data_dir.subdirectory("streams")?)
    };
    let store = Store::open(store_options, Files).await?;
    let token_key = TokenKey::load_or_create(&data_dir.subdirectory("streams")?.join(TOKEN_KEY_FILE))?;
    let kinesis_options = KinesisOptions {
        creating_millis: config.service.creating_millis,
        shard_limit: config.service.shard_limit,
        metrics: Some(metrics.clone()),
        on_demand_scaling: config.service.on_demand_scaling.then(OnDemandScaling::default),
        limits: match config.service.limits {
            LimitsChoice::None => Limits::None,
            LimitsChoice::Aws => Limits::Aws,
        },
        faults: config.service.faults.clone(),
        ..KinesisOptions::new(&config.account_id, &config.region, token_key)
    };
    let server = KinesisServer::new(store.clone(), authenticator(config, iam), kinesis_options, clock);
    Ok(Embedded { server, store })
}
