//! `alluvium.yaml` as it is written: the keys, their names, nothing decided yet. docs/configuration.md explains each.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::faults::RawFaults;
use super::iam::RawIam;
use super::pipeline::RawPipeline;

/// A value with its place in the file.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    pub(super) user_id: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) account_id: Option<Text>,
    pub(super) data_dir: Option<Text>,
    pub(super) listen: Option<Text>,
    pub(super) tls: Option<RawTls>,
    pub(super) kinesis: Option<Text>,
    pub(super) durability: Option<Text>,
    pub(super) creating_ms: Option<Spanned<u32>>,
    pub(super) shard_limit: Option<Spanned<u64>>,
    pub(super) on_demand_scaling: Option<bool>,
    pub(super) limits: Option<Text>,
    pub(super) faults: Option<RawFaults>,
    #[serde(default)]
    pub(super) iam: RawIam,
    #[serde(default)]
    pub(super) streams: Vec<RawStream>,
    #[serde(default)]
    pub(super) apis: Vec<RawApi>,
    pub(super) source: Option<RawSource>,
    pub(super) emulator: Option<RawEmulator>,
    #[serde(default)]
    pub(super) pipelines: Vec<RawPipeline>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTls {
    pub(super) certificate: Text,
    pub(super) key: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStream {
    pub(super) name: Text,
    pub(super) shard_count: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApi {
    pub(super) file: Text,
    pub(super) stage: Text,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    pub(super) credentials: Option<Text>,
    #[serde(default)]
    pub(super) tables: Vec<RawSourceTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSourceTable {
    pub(super) name: Text,
    pub(super) key: Text,
    pub(super) stream: Text,
    pub(super) label: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEmulator {
    pub(super) posts: Option<u64>,
    pub(super) rate: Option<Text>,
    pub(super) seed: Option<u64>,
    pub(super) invoke_url: Option<Text>,
    pub(super) streams: Option<RawTableStreams>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTableStreams {
    pub(super) pin: Text,
    pub(super) geo: Text,
    pub(super) user: Text,
}
