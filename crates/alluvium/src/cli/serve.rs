//! `alluvium serve`: the servers alone, ready in a moment, stopped by Ctrl-C.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::server_flags::ServerFlags;
use crate::config::Config;
use crate::failure::Failure;
use crate::server::Servers;
use crate::{interrupt, progress, provision};

/// The arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Configuration whose streams and APIs are made; without it the servers start empty
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    servers: ServerFlags,
    /// Prints one line of JSON with the addresses when it is ready
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let overrides = args.servers.overrides();
    let config = match &args.config {
        Some(path) => Config::load(Some(path), &overrides)?,
        None => Config::servers_only(&overrides)?,
    };
    let stop = interrupt::token()?;
    let servers = Servers::start(&config).await?;
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
    super::warn_without_users(config, servers);
    crate::open_methods::warn(config, servers);
    if json {
        let ready = serde_json::json!({
            "endpoint": servers.endpoint(),
            "tls_endpoint": servers.tls_endpoint(),
            "region": config.region,
            "data_dir": config.data_dir,
            "apis": provisioned.apis,
            "invoke_urls": provisioned.invoke_urls(),
            "console": null,
        });
        progress::result_line(&ready.to_string())?;
    } else {
        super::say_endpoints(servers)?;
        for url in provisioned.invoke_urls() {
            progress::result_line(&format!("invoke URL    {url}"))?;
        }
    }
    stop.cancelled().await;
    Ok(())
}
