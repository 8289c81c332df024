//! The flags of the servers, which `serve` and `up` share: each stands over the key of the same name in alluvium.yaml.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{AuthChoice, ConfigOverrides, DurabilityChoice, LimitsChoice, TlsFiles};

/// How the servers behave.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Servers (each over the configuration's key)")]
pub(super) struct ServerFlags {
    /// Address of the AWS endpoint; port 0 picks a free one [default: 127.0.0.1:4566]
    #[arg(long, value_name = "ADDRESS", value_parser = crate::config::listen_address)]
    listen: Option<SocketAddr>,
    /// Certificate chain (PEM): the same port then speaks TLS too, HTTP/2 and HTTP/1.1 by ALPN
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key (PEM, without a password)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Where streams, APIs and keys are kept [default: alluvium-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Whose requests are answered: anybody's with a well-formed signature, or only those signed with a key of ours
    #[arg(long, value_enum)]
    auth: Option<AuthChoice>,
    /// Allows an address that is not loopback without `--auth enforce`: whoever reaches it may do everything
    #[arg(long)]
    insecure: bool,
    /// The AWS region that ARNs carry [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    /// The AWS account that ARNs carry, twelve digits [default: 000000000000]
    #[arg(long, value_name = "ID")]
    account_id: Option<String>,
    /// When a record is acknowledged [default: sync]
    #[arg(long, value_enum)]
    durability: Option<DurabilityChoice>,
    /// How long a stream stays CREATING, UPDATING or DELETING, in milliseconds [default: 200]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(0..=i64::from(crate::config::TRANSITION_MILLIS_MAX)))]
    creating_ms: Option<u32>,
    /// How many open shards there may be over all streams [default: 20000]
    #[arg(long, value_name = "SHARDS", value_parser = clap::value_parser!(u64).range(1..))]
    shard_limit: Option<u64>,
    /// Leaves on-demand streams with the shards that they have, whatever their traffic
    #[arg(long)]
    no_on_demand_scaling: bool,
    /// What is throttled [default: none]
    #[arg(long, value_enum)]
    limits: Option<LimitsChoice>,
}

impl ServerFlags {
    /// What the flags say over the configuration.
    pub(super) fn overrides(self) -> ConfigOverrides {
        ConfigOverrides {
            user_id: None,
            data_dir: self.data_dir,
            listen: self.listen,
            tls: self
                .tls_certificate
                .zip(self.tls_key)
                .map(|(certificate, key)| TlsFiles { certificate, key }),
            region: self.region,
            account_id: self.account_id,
            auth: self.auth,
            insecure: self.insecure,
            durability: self.durability,
            creating_millis: self.creating_ms,
            shard_limit: self.shard_limit,
            limits: self.limits,
            no_on_demand_scaling: self.no_on_demand_scaling,
        }
    }
}
