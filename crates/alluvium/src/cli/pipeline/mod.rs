//! `alluvium pipeline`: one pipeline against the configured Kinesis, or a dry run without any server.

mod from_source;
mod run;
mod test;

use crate::failure::Failure;

/// The commands of `pipeline`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PipelineCommand {
    /// Runs one pipeline of the configuration until Ctrl-C, or until the stream is read (--available-now)
    #[command(after_help = "Example:  alluvium pipeline run pin -c alluvium.yaml --available-now")]
    Run(run::RunArgs),
    /// Cleans each line of a file by itself, without servers, and prints what becomes of it
    #[command(after_help = "Example:  alluvium pipeline test pin --input records.jsonl\n\n\
        Prints per line {\"line\":n,\"rows\":[{..}]} or {\"line\":n,\"quarantined\":\"reason\"}; with \"partial\" where values do \
        not fit\ntheir fields, \"dropped\" and \"failed\" as the pipeline's mode has it. Exits with 1 when a record would end the \
        pipeline.")]
    Test(test::TestArgs),
}

/// Runs the command.
pub(crate) async fn run(command: PipelineCommand) -> Result<(), Failure> {
    match command {
        PipelineCommand::Run(args) => run::run(args).await,
        PipelineCommand::Test(args) => tokio::task::spawn_blocking(move || test::run(&args)).await?,
    }
}
