//! The example's pin cleaning, which is what is measured.

use std::path::Path;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::Pacing;
use alluvium_lakehouse::{PipelineDefinition, RunOptions, SourceText};
use anyhow::{Result, anyhow};
use url::Url;

/// The stream's name.
pub(crate) const STREAM: &str = "streaming-bench-pin";
/// The fields of a pin, as in the example's `alluvium.yaml`.
pub(crate) const SCHEMA: &str = "index INT, unique_id STRING, title STRING, description STRING, poster_name STRING, \
    follower_count STRING, tag_list STRING, is_image_or_video STRING, image_src STRING, downloaded INT, save_location STRING, \
    category STRING";
/// The example's cleaning.
pub(crate) const SQL: &str = include_str!("../../../examples/pinterest/pipelines/pin.sql");

/// The pin cleaning into a table in `directory`.
pub(crate) fn pin(directory: &Path) -> Result<PipelineDefinition> {
    with_sql(directory, SQL)
}

/// Another cleaning of pins.
pub(crate) fn with_sql(directory: &Path, sql: &str) -> Result<PipelineDefinition> {
    let text = |file: &str, text: &str| SourceText { file: file.to_owned(), text: text.to_owned() };
    Ok(PipelineDefinition::new(
        "pin",
        STREAM,
        text("schema", SCHEMA),
        text("pin.sql", sql),
        table(directory)?,
    ))
}

/// Address of the table in `directory`.
pub(crate) fn table(directory: &Path) -> Result<Url> {
    let directory = std::path::absolute(directory)?;
    Url::from_directory_path(&directory)
        .map_err(|()| anyhow!("{} is no directory's path", directory.display()))
}

/// As the program runs its own pipelines.
pub(crate) fn options() -> RunOptions {
    RunOptions { worker: "bench".to_owned(), pacing: Pacing::EMBEDDED, clock: Clock::system() }
}
