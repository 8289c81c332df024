//! What to measure, and with which Spark.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Raw records to clean rows in a Delta table, beside Spark Structured Streaming.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measures, and prints tables in Markdown
    Run(Run),
    /// One measurement: the records of files into a table, so many times, each into a new one
    #[command(hide = true)]
    Files { input: PathBuf, output: PathBuf, passes: usize },
    /// One measurement: the records of files through a stream of this process
    #[command(hide = true)]
    Stream { input: PathBuf, output: PathBuf },
    /// One measurement: many small commits
    #[command(hide = true)]
    Growth { output: PathBuf, commits: u64 },
    /// One measurement: from the acknowledgement of a PUT to its row in the table
    #[command(hide = true)]
    Latency { output: PathBuf, puts: usize },
    /// One measurement: where the processor's time goes
    #[command(hide = true)]
    Shares { input: PathBuf, output: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// For records (made once and kept), tables and checkpoints (removed again): 1 GB for 1M records, 6 GB more for 10M
    #[arg(long)]
    pub(crate) data_dir: PathBuf,
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["files", "stream", "latency", "shares", "growth"])]
    pub(crate) sections: Vec<Section>,
    /// How many records are read from files, each number by itself
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000, 10_000_000])]
    pub(crate) records: Vec<u64>,
    /// How many records go through the stream
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) stream_records: u64,
    /// How many commits the table grows by
    #[arg(long, default_value_t = 10_000)]
    pub(crate) commits: u64,
    /// How many PUTs are timed
    #[arg(long, default_value_t = 1_000)]
    pub(crate) puts: usize,
    /// A Python with pyspark, beside a Java: `python3 -m venv DIR && DIR/bin/pip install 'pyspark==4.0.1'`. Without it Spark is
    /// left out
    #[arg(long)]
    pub(crate) python: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Section {
    /// From files, beside Spark
    Files,
    /// Through a stream of the same process
    Stream,
    /// From a PUT's acknowledgement to its row
    Latency,
    /// Where the processor's time goes
    Shares,
    /// Cost of a commit as the table grows
    Growth,
}
