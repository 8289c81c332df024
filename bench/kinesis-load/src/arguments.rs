//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::section::Section;

/// Load on Kinesis servers.
#[derive(Debug, clap::Parser)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Measures, and prints tables in Markdown
    Run(RunArguments),
    /// The limit to compare with: reads requests and answers bytes of the right number, nothing else
    Bare {
        /// Where it listens
        address: SocketAddr,
    },
}

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArguments {
    /// What to measure
    #[arg(long, value_delimiter = ',', value_enum, default_value = "disk,start,side-by-side,variety")]
    pub(crate) sections: Vec<Section>,
    /// Our server: the example `serve` of kinesis-server, or `alluvium` itself
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) server: PathBuf,
    /// An empty or missing directory for the servers' data, on the disk to measure; removed at the end
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Where the other servers are; see bench/README.md
    #[arg(long, value_name = "DIR")]
    pub(crate) peers_dir: Option<PathBuf>,
    /// Installs those that are missing there from crates.io, npm and PyPI
    #[arg(long, requires = "peers_dir")]
    pub(crate) install_peers: bool,
    /// Only servers whose name contains one of these
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Only loads side by side whose name contains one of these; pages are read of what was put before
    #[arg(long, value_delimiter = ';')]
    pub(crate) loads: Vec<String>,
    /// How long each thing is measured, in seconds, after a warm-up of a quarter of it
    #[arg(long, default_value_t = 3.0)]
    pub(crate) seconds: f64,
    /// How often everything side by side is measured; the best counts
    #[arg(long, default_value_t = 2)]
    pub(crate) rounds: usize,
    /// How much data the growth is measured to, in GB
    #[arg(long, default_value_t = 10.0)]
    pub(crate) gigabytes: f64,
    /// The core that servers run on
    #[arg(long, default_value_t = 0)]
    pub(crate) server_core: usize,
    /// The core that the load comes from
    #[arg(long, default_value_t = 1)]
    pub(crate) load_core: usize,
}
