//! Logs: to stderr, in one line each, at the level that was asked for.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// The variable that sets the log filter when `--log` does not, in `tracing`'s syntax: `info`, `alluvium_lakehouse=debug`.
const VARIABLE: &str = "ALLUVIUM_LOG";
/// What is logged when nothing says otherwise: what an operator must see. The Delta kernel logs every error that it returns,
/// also those that are an answer, such as that a table is not there yet; what matters of them comes up with our own words.
const FILTER_DEFAULT: &str = "warn,buoyant_kernel=off";

/// Starts logging. A filter that does not parse is reported and replaced by the default.
pub(crate) fn start(filter: Option<&str>) {
    let asked = filter.map(str::to_owned).or_else(|| std::env::var(VARIABLE).ok());
    let parsed = asked.as_deref().map(EnvFilter::try_new);
    let (filter, complaint) = match parsed {
        None => (EnvFilter::new(FILTER_DEFAULT), None),
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(FILTER_DEFAULT), Some(error)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    if let Some(error) = complaint {
        tracing::warn!(%error, "the log filter does not parse, logging at {FILTER_DEFAULT}");
    }
}
