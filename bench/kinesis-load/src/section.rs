//! The parts of a measurement, which can be asked for one by one.

use anyhow::{Context, Result, bail};

use crate::arguments::RunArguments;
use crate::{disk, growth, install, side_by_side, start, variety};

/// A part of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Section {
    /// Synced writes of the bare disk
    Disk,
    /// Start and idle memory of every server
    Start,
    /// Every server under the same load
    SideBySide,
    /// Our server over formats, shards, connections and sizes
    Variety,
    /// Cost over the number of streams
    Streams,
    /// Cost over the number of shards of a stream
    Shards,
    /// Cost over retained data
    Data,
}

/// Measures what is asked for, in order.
pub(crate) async fn run(run: &RunArguments) -> Result<()> {
    if run.data_dir.exists() && fs_err::read_dir(&run.data_dir)?.next().is_some() {
        bail!("{} is not empty: name a directory for this run alone", run.data_dir.display());
    }
    if let (true, Some(peers)) = (run.install_peers, &run.peers_dir) {
        install::missing_peers(peers)?;
    }
    fs_err::create_dir_all(&run.data_dir)?;
    alluvium_load::pin_self(run.load_core)?;
    let outcome = measure(run).await;
    fs_err::remove_dir_all(&run.data_dir)?;
    outcome
}

async fn measure(run: &RunArguments) -> Result<()> {
    for section in &run.sections {
        let measured = match section {
            Section::Disk => disk::run(run),
            Section::Start => start::run(run).await,
            Section::SideBySide => side_by_side::run(run).await,
            Section::Variety => variety::run(run).await,
            Section::Streams => growth::streams(run).await,
            Section::Shards => growth::shards(run).await,
            Section::Data => growth::data(run).await,
        };
        measured.with_context(|| format!("section {section:?}"))?;
    }
    Ok(())
}
