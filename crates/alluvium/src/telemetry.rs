//! Logs: to stderr, in one line each, at the level that was asked for.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// The variable that sets the log filter when `--log` does not, in `tracing`'s syntax: `info`, `alluvium_lakehouse=debug`.
const VARIABLE: &str = "ALLUVIUM_LOG";
/// What is logged when nothing says otherwise: what an operator must see. The Delta kernel logs every error that it returns,
/// also those that are an answer, such as that a table is not there yet; the SDK's credential chain dumps whole answers of providers
/// that have no credentials. What matters of both comes up with our own words.
const FILTER_DEFAULT: &str = "warn,buoyant_kernel=off,aws_config::meta::credentials=off";

/// Starts logging. A filter that does not parse is a usage error.
pub(crate) fn start(filter: Option<&str>) -> Result<(), Failure> {
    let asked = filter.map(str::to_owned).or_else(|| std::env::var(VARIABLE).ok());
    let asked = asked.as_deref().unwrap_or(FILTER_DEFAULT);
    let filter = EnvFilter::try_new(asked).map_err(|error| {
        Failure::usage(format!("the log filter {asked:?} (--log or {VARIABLE}) does not parse: {error}"))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}
