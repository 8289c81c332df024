//! The `source` of a pipeline: Databricks' words for a Kinesis source.

use alluvium_lakehouse::{InitialPosition, SourceOptions};

use super::raw::RawPipelineSource;
use crate::config::raw::Text;
use crate::config::resolve::Resolver;
use crate::failure::Failure;

impl Resolver<'_> {
    /// The stream, and where a shard of it is begun.
    pub(super) fn source(&self, raw: &RawPipelineSource) -> Result<SourceOptions, Failure> {
        Ok(SourceOptions {
            initial_position: self.initial_position(raw.initial_position.as_ref())?,
            ..SourceOptions::new(&self.stream_name(&raw.stream_name)?)
        })
    }

    fn initial_position(&self, own: Option<&Text>) -> Result<InitialPosition, Failure> {
        let choices = [
            ("latest", InitialPosition::Latest),
            ("trim_horizon", InitialPosition::TrimHorizon),
            ("earliest", InitialPosition::TrimHorizon),
        ];
        own.map_or(Ok(InitialPosition::TrimHorizon), |own| self.choice(own, "initialPosition", &choices))
    }
}
