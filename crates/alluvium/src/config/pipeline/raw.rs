//! An entry of `pipelines` as it is written. docs/configuration.md explains each key.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
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
    pub(in crate::config) initial_position: Option<Spanned<RawPosition>>,
    pub(in crate::config) region: Option<Text>,
    #[serde(rename = "endpointUrl")]
    pub(in crate::config) endpoint_url: Option<Text>,
    #[serde(rename = "consumerMode")]
    pub(in crate::config) consumer_mode: Option<Text>,
    #[serde(rename = "consumerName")]
    pub(in crate::config) consumer_name: Option<Text>,
    #[serde(rename = "requireConsumerDeregistration")]
    pub(in crate::config) require_consumer_deregistration: Option<Spanned<bool>>,
    #[serde(rename = "maxRecordsPerFetch")]
    pub(in crate::config) max_records_per_fetch: Option<Spanned<u64>>,
    #[serde(rename = "maxFetchRate")]
    pub(in crate::config) max_fetch_rate: Option<Spanned<f64>>,
    #[serde(rename = "minFetchPeriod")]
    pub(in crate::config) min_fetch_period: Option<Text>,
    #[serde(rename = "maxRecordsPerTrigger")]
    pub(in crate::config) max_records_per_trigger: Option<Spanned<u64>>,
    #[serde(rename = "maxBytesPerTrigger")]
    pub(in crate::config) max_bytes_per_trigger: Option<Spanned<u64>>,
    #[serde(rename = "awsAccessKey")]
    pub(in crate::config) aws_access_key: Option<Spanned<IgnoredAny>>,
    #[serde(rename = "awsSecretKey")]
    pub(in crate::config) aws_secret_key: Option<Spanned<IgnoredAny>>,
}

/// `initialPosition`: a word, a time, or a time with its pattern.
#[derive(Debug)]
pub(in crate::config) enum RawPosition {
    Word(String),
    AtTimestamp(RawTime),
}

/// Databricks' `{"at_timestamp": "06/25/2020 10:23:45 PDT", "format": "MM/dd/yyyy HH:mm:ss ZZZ"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawTime {
    pub(in crate::config) at_timestamp: String,
    pub(in crate::config) format: Option<String>,
}

impl<'de> Deserialize<'de> for RawPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PositionVisitor;
        impl<'de> Visitor<'de> for PositionVisitor {
            type Value = RawPosition;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("latest, trim_horizon, a time, or {at_timestamp: .., format: ..}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RawPosition, E> {
                Ok(RawPosition::Word(text.to_owned()))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawPosition, M::Error> {
                RawTime::deserialize(MapAccessDeserializer::new(map)).map(RawPosition::AtTimestamp)
            }
        }
        deserializer.deserialize_any(PositionVisitor)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawAccessKey {
    pub(in crate::config) table: Option<Text>,
    pub(in crate::config) user: Text,
}
