//! `alluvium up`: everything that the configuration names, until Ctrl-C.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::server_flags::ServerFlags;
use crate::config::Config;
use crate::failure::Failure;
use crate::pipelines::Pipelines;
use crate::provision::{self, Provisioned};
use crate::server::Servers;
use crate::{interrupt, posting, progress};

/// The arguments of `up`.
#[derive(Debug, clap::Args)]
pub(crate) struct UpArgs {
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    servers: ServerFlags,
    /// Prints one line of JSON with the addresses when it is ready
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: UpArgs) -> Result<(), Failure> {
    let overrides = args.servers.overrides();
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let stop = interrupt::token()?;
    let servers = Servers::start(&config).await?;
    let outcome = run_beside(&config, &servers, args.json, &stop).await;
    servers.stop().await;
    outcome
}

/// Everything but the servers: from what is to be made, to the drained pipelines.
async fn run_beside(
    config: &Config,
    servers: &Servers,
    json: bool,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let provisioned = provision::provision(config, servers).await?;
    super::warn_without_users(config, servers);
    crate::open_methods::warn(config, servers);
    let pipelines = Pipelines::start(config, &servers.kinesis).await?;
    let said = say_ready(config, servers, &provisioned, json);
    let posted = match posting::plan(config, &provisioned.invoke_urls()) {
        Some(plan) if said.is_ok() => {
            posting::run(plan, stop.clone()).await.and_then(|report| posting::verdict(&report))
        }
        _ => Ok(()),
    };
    if let Err(failure) = &posted {
        // The servers and pipelines are still of use; the emulator's end is told now and in the exit code.
        progress::error_line(&failure.to_string());
    }
    if said.is_ok() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = pipelines.all_ended(), if !config.pipelines.is_empty() => {
                progress::error_line("all pipelines have ended; the servers go on until Ctrl-C");
            }
        }
        stop.cancelled().await;
    }
    let ends = pipelines.drain().await;
    for end in &ends {
        progress::note(&end.line());
    }
    said?;
    Pipelines::verdict(&ends)?;
    posted
}

fn say_ready(
    config: &Config,
    servers: &Servers,
    provisioned: &Provisioned,
    json: bool,
) -> Result<(), Failure> {
    if json {
        let ready = serde_json::json!({
            "endpoint": servers.endpoint(),
            "tls_endpoint": servers.tls_endpoint(),
            "apis": provisioned.apis,
            "invoke_urls": provisioned.invoke_urls(),
            "pipelines": config.pipelines.iter().map(|pipeline| &pipeline.definition.name).collect::<Vec<_>>(),
            "data_dir": config.data_dir,
            "console": null,
        });
        progress::result_line(&ready.to_string())?;
        return Ok(());
    }
    super::say_endpoints(servers)?;
    for url in provisioned.invoke_urls() {
        progress::result_line(&format!("invoke URL    {url}"))?;
    }
    progress::result_line(&format!("tables        {}", config.tables_dir().display()))?;
    Ok(())
}
