//! `alluvium pipeline`: one pipeline against the configured Kinesis, or a dry run without any server.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use alluvium_lakehouse::{Cleaner, Trigger, dry_run};

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::pipelines::{Pipelines, StartOptions};
use crate::server::KinesisEndpoint;
use crate::{interrupt, progress};

/// The longest line of an input file, in bytes: a record of 10 MiB in base64.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The commands of `pipeline`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PipelineCommand {
    /// Runs one pipeline of the configuration until Ctrl-C, or until the stream is read (--available-now)
    #[command(after_help = "Example:  alluvium pipeline run pin -c alluvium.yaml --available-now")]
    Run(RunArgs),
    /// Cleans each line of a file by itself, without servers, and prints what becomes of it
    #[command(after_help = "Example:  alluvium pipeline test pin --input records.jsonl\n\n\
        Prints per line {\"line\":n,\"rows\":[{..}]} or {\"line\":n,\"quarantined\":\"reason\"}.")]
    Test(TestArgs),
}

/// The arguments of `pipeline run`.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The pipeline's name
    name: String,
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Over the configuration's `data_dir`
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The Kinesis endpoint when the configuration says `embedded`: where `up` or `serve` listens
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,
    /// Reads what is in the stream now, commits it and ends
    #[arg(long)]
    available_now: bool,
    /// What another worker of this pipeline is told when this one was first [default: process and its id]
    #[arg(long, value_name = "NAME")]
    worker_id: Option<String>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of `pipeline test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// The pipeline's name
    name: String,
    /// One raw record per line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Each line is the base64 of a record
    #[arg(long)]
    base64: bool,
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(command: PipelineCommand) -> Result<(), Failure> {
    match command {
        PipelineCommand::Run(args) => run_one(args).await,
        PipelineCommand::Test(args) => tokio::task::spawn_blocking(move || test(&args)).await?,
    }
}

async fn run_one(args: RunArgs) -> Result<(), Failure> {
    let overrides =
        ConfigOverrides { data_dir: args.data_dir, listen: args.listen, ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let pipeline = config.pipeline(&args.name)?;
    let stop = interrupt::token()?;
    let kinesis = KinesisEndpoint::without_servers(&config);
    let trigger = args.available_now.then_some(Trigger::AvailableNow);
    let options = StartOptions { trigger, worker: args.worker_id };
    let pipelines = Pipelines::start_some(&[pipeline], options, &config, &kinesis).await?;
    let stopped = tokio::select! {
        () = stop.cancelled() => true,
        () = pipelines.all_ended() => false,
    };
    let ends = if stopped { pipelines.stop().await } else { pipelines.wait().await };
    for end in &ends {
        match &end.outcome {
            Ok(report) if args.json => progress::result_line(&serde_json::to_string(report)?)?,
            Ok(_) => progress::result_line(&end.line())?,
            Err(_) => {}
        }
    }
    Pipelines::verdict(&ends)
}

fn test(args: &TestArgs) -> Result<(), Failure> {
    let config = Config::load(args.config.as_deref(), &ConfigOverrides::default())?;
    let pipeline = config.pipeline(&args.name)?;
    let cleaner = Cleaner::prepare(&pipeline.definition).map_err(Failure::usage_from)?;
    let mut input: Box<dyn BufRead> = if args.input.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(fs_err::File::open(&args.input).map_err(Failure::usage_from)?))
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut number = 0_usize;
    while let Some(line) = read_line(&mut input, &args.input, number + 1)? {
        number += 1;
        let record = if args.base64 { decode(&args.input, number, &line)? } else { line };
        writeln!(out, "{}", dry_run(&cleaner, record)?.to_json(number))?;
    }
    out.flush()?;
    Ok(())
}

/// The next line without its line feed; `None` at the end. A carriage return stays: it may be part of the record.
fn read_line(input: &mut dyn BufRead, file: &Path, number: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let mut limited = std::io::Read::take(input, LINE_BYTES_MAX as u64 + 1);
    if limited.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.len() > LINE_BYTES_MAX {
        return Err(Failure::usage(format!(
            "{}:{number}: the line is longer than {LINE_BYTES_MAX} bytes",
            file.display()
        )));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(Some(line))
}

fn decode(file: &Path, number: usize, line: &[u8]) -> Result<Vec<u8>, Failure> {
    base64_simd::STANDARD
        .decode_to_vec(line.trim_ascii())
        .map_err(|_| Failure::usage(format!("{}:{number}: the line is no base64", file.display())))
}
