//! `alluvium serve`: the servers alone, ready in a moment, stopped by Ctrl-C.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::config::{AuthChoice, Config, ConfigOverrides};
use crate::failure::Failure;
use crate::server::{Servers, ServersOptions};
use crate::{interrupt, progress, provision};

/// The arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Configuration whose streams and APIs are made; without it the servers start empty
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address of the AWS endpoint; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where streams, APIs and keys are kept [default: alluvium-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Whose requests are answered: anybody's with a well-formed signature, or only those signed with a key of ours
    #[arg(long, value_enum)]
    auth: Option<AuthChoice>,
    /// Allows an address that is not loopback without `--auth enforce`
    #[arg(long)]
    insecure: bool,
    /// The AWS region that ARNs carry [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    /// The AWS account that ARNs carry [default: 000000000000]
    #[arg(long)]
    account_id: Option<String>,
    /// How long a new stream stays CREATING, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = crate::server::CREATING_MILLIS_DEFAULT)]
    creating_ms: u32,
    /// Acknowledge when the operating system has the bytes, not the disk: faster, and a power loss may lose records
    #[arg(long)]
    no_sync: bool,
    /// Prints one line of JSON with the addresses when it is ready
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let overrides = ConfigOverrides {
        data_dir: args.data_dir,
        listen: args.listen,
        region: args.region,
        account_id: args.account_id,
        auth: args.auth,
        insecure: args.insecure,
        ..ConfigOverrides::default()
    };
    let mut config = match &args.config {
        Some(path) => Config::load(Some(path), &overrides)?,
        None => Config::servers_only(&overrides)?,
    };
    config.durability_os |= args.no_sync;
    let stop = interrupt::token()?;
    let servers = Servers::start(&config, ServersOptions { creating_millis: args.creating_ms }).await?;
    let outcome = serve(&config, &servers, args.json, &stop).await;
    servers.stop().await;
    outcome
}

async fn serve(
    config: &Config,
    servers: &Servers,
    json: bool,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let provisioned = provision::provision(config, servers).await?;
    if json {
        let ready = serde_json::json!({
            "endpoint": servers.endpoint(),
            "region": config.region,
            "data_dir": config.data_dir,
            "apis": provisioned.apis,
            "invoke_urls": provisioned.invoke_urls(),
            "console": null,
        });
        progress::result_line(&ready.to_string())?;
    } else {
        progress::result_line(&format!("AWS endpoint  {}", servers.endpoint()))?;
        for url in provisioned.invoke_urls() {
            progress::result_line(&format!("invoke URL    {url}"))?;
        }
    }
    stop.cancelled().await;
    Ok(())
}
