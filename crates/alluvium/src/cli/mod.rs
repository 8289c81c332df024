//! The command line: what each command is called, takes and promises. docs and `--help` come from here.

mod access_key;
mod demo;
mod emulate;
mod pipeline;
mod seed_db;
mod serve;
mod server_flags;
mod sql;
mod store;
mod stream;
mod template;
mod up;

use clap::{Parser, Subcommand};

use crate::config::{AuthChoice, Config, KinesisChoice};
use crate::failure::Failure;
use crate::progress;
use crate::server::Servers;

/// A streaming pipeline in one program: REST API (API Gateway), streams (Kinesis), cleaning (SQL), Delta tables.
#[derive(Debug, Parser)]
#[command(name = "alluvium", version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// What is logged on stderr, such as `info` or `warn,alluvium_lakehouse=debug` [env: ALLUVIUM_LOG]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 usage or configuration error. Ctrl-C drains and exits 0.

Start here:  alluvium demo --posts 500";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the whole pipeline on embedded defaults and checks that every acknowledged record is in a table
    #[command(after_help = "Example:  alluvium demo --posts 500 --data-dir /tmp/demo --keep")]
    Demo(demo::DemoArgs),
    /// Runs what a configuration names, in the foreground: servers, pipelines, emulator
    #[command(after_help = "Example:  alluvium up -c examples/pinterest/alluvium.yaml")]
    Up(up::UpArgs),
    /// Runs the servers alone (Kinesis, API Gateway with its deployed APIs, IAM, STS, CloudWatch): the drop-in for tests
    #[command(after_help = "Example:  alluvium serve --listen 127.0.0.1:0 --json")]
    Serve(serve::ServeArgs),
    /// Sends rows of the source database as posts to an invoke URL
    #[command(
        after_help = "Example:  alluvium emulate --invoke-url http://127.0.0.1:4566/_aws/execute-api/abc123defg/prod --posts 100"
    )]
    Emulate(emulate::EmulateArgs),
    /// Runs or tries out a pipeline: stream to Delta table
    #[command(subcommand)]
    Pipeline(pipeline::PipelineCommand),
    /// Renders and checks mapping templates offline
    #[command(subcommand)]
    Template(template::TemplateCommand),
    /// Queries the Delta tables
    #[command(
        after_help = "Example:  alluvium sql \"SELECT category, count(*) FROM demo_pin_table GROUP BY category\""
    )]
    Sql(sql::SqlArgs),
    /// Checks or counts the streams of a data directory that no server has open
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Asks a running server what AWS's own clients cannot ask of a stream
    #[command(subcommand)]
    Stream(stream::StreamCommand),
    /// Writes the synthetic source database and its db_creds.yaml
    #[command(after_help = "Example:  alluvium seed-db --database pinterest.db --credentials db_creds.yaml")]
    SeedDb(seed_db::SeedDbArgs),
    /// Fills the Delta table that pipelines take their access keys from
    #[command(subcommand)]
    AccessKey(access_key::AccessKeyCommand),
}

/// Runs one command to its end.
pub(crate) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Up(args) => up::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Emulate(args) => emulate::run(args).await,
        Command::Pipeline(command) => pipeline::run(command).await,
        Command::Template(command) => template::run(command),
        Command::Sql(args) => sql::run(args).await,
        Command::Store(command) => store::run(command).await,
        Command::Stream(command) => stream::run(command).await,
        Command::SeedDb(args) => seed_db::run(args).await,
        Command::AccessKey(command) => access_key::run(command).await,
    }
}

/// Says so when nobody has a key that would be answered: the servers run, and are of no use.
fn warn_without_users(config: &Config, servers: &Servers) {
    let is_asked = config.auth == AuthChoice::Enforce && config.kinesis == KinesisChoice::Embedded;
    if is_asked && servers.iam.users().iter().all(|user| user.access_key_ids.is_empty()) {
        progress::note(
            "warning: auth is `enforce` and no user has an access key, so every request is refused: give a user under `iam.users` an \
             `access_key` in the configuration (-c FILE; docs/access.md), or start with --auth any",
        );
    }
}

/// Tells where the servers answer, for people.
fn say_endpoints(servers: &Servers) -> Result<(), Failure> {
    progress::result_line(&format!("AWS endpoint  {}", servers.endpoint()))?;
    if let Some(tls) = servers.tls_endpoint() {
        progress::result_line(&format!("    with TLS  {tls}"))?;
    }
    Ok(())
}
