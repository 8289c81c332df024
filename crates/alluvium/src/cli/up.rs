//! `alluvium up`: everything that the configuration names, until Ctrl-C.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::pipelines::Pipelines;
use crate::server::{Servers, ServersOptions};
use crate::{interrupt, posting, progress, provision};

/// The arguments of `up`.
#[derive(Debug, clap::Args)]
pub(crate) struct UpArgs {
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Over the configuration's `data_dir`
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Over the configuration's `listen`
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Prints one line of JSON with the addresses when it is ready
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: UpArgs) -> Result<(), Failure> {
    let overrides =
        ConfigOverrides { data_dir: args.data_dir, listen: args.listen, ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let stop = interrupt::token()?;
    let servers = Servers::start(&config, ServersOptions::default()).await?;
    let provisioned = provision::provision(&config, &servers).await?;
    let pipelines = Pipelines::start(&config, &servers.kinesis).await?;

    let ready = serde_json::json!({
        "endpoint": servers.endpoint(),
        "apis": provisioned.apis,
        "invoke_urls": provisioned.invoke_urls(),
        "pipelines": config.pipelines.iter().map(|pipeline| &pipeline.definition.name).collect::<Vec<_>>(),
        "data_dir": config.data_dir,
        "console": null,
    });
    if args.json {
        progress::result_line(&ready.to_string());
    } else {
        progress::result_line(&format!("AWS endpoint  {}", servers.endpoint()));
        for url in provisioned.invoke_urls() {
            progress::result_line(&format!("invoke URL    {url}"));
        }
        progress::result_line(&format!("tables        {}", config.tables_dir().display()));
    }

    let posted = match posting::plan(&config, &provisioned.invoke_urls())? {
        Some(plan) => Some(posting::run(plan, stop.clone()).await),
        None => None,
    };
    if let Some(Err(failure)) = &posted {
        // The servers and pipelines are still of use; the emulator's end is told and the rest goes on until Ctrl-C.
        progress::error_line(&format!("the emulator stopped: {failure}"));
    }
    tokio::select! {
        () = stop.cancelled() => {}
        () = pipelines.all_ended() => progress::error_line("all pipelines have ended; the servers go on until Ctrl-C"),
    }
    stop.cancelled().await;
    let reports = pipelines.drain().await;
    servers.stop().await;
    for report in &reports {
        progress::note(&report.line());
    }
    Pipelines::verdict(&reports)
}
