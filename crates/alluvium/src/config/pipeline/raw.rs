//! An entry of `pipelines` as it is written. docs/configuration.md explains each key.

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::decode::{RawDecode, RawWords};
use crate::config::raw::Text;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawPipeline {
    pub(in crate::config) name: Text,
    pub(in crate::config) source: RawPipelineSource,
    pub(in crate::config) schema: Text,
    pub(in crate::config) decode: Option<RawDecode>,
    pub(in crate::config) quarantine: Option<Spanned<RawWords>>,
    pub(in crate::config) sql: Text,
    pub(in crate::config) table: Text,
    pub(in crate::config) trigger: Option<Text>,
    pub(in crate::config) access_key: RawAccessKey,
}

/// The options of a pipeline's source, with Databricks' names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawPipelineSource {
    #[serde(rename = "streamName")]
    pub(in crate::config) stream_name: Text,
    #[serde(rename = "initialPosition")]
    pub(in crate::config) initial_position: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawAccessKey {
    pub(in crate::config) table: Option<Text>,
    pub(in crate::config) user: Text,
}
