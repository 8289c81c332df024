//! The `source` of a pipeline: Databricks' words for a Kinesis source.

use std::ops::RangeInclusive;

use alluvium_lakehouse::{
    BatchLimits, ConsumerOptions, FetchOptions, InitialPosition, SourceOptions, time_millis,
};
use serde_saphyr::Spanned;

use super::raw::{RawPipelineSource, RawPosition};
use super::trigger::interval;
use crate::config::raw::Text;
use crate::config::resolve::Resolver;
use crate::config::yaml_error::{did_you_mean, failure_at};
use crate::failure::Failure;

/// The words of `initialPosition`.
const POSITIONS: [(&str, InitialPosition); 3] = [
    ("latest", InitialPosition::Latest),
    ("trim_horizon", InitialPosition::TrimHorizon),
    ("earliest", InitialPosition::TrimHorizon),
];
/// Records in one answer (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).
const FETCH_RECORDS: RangeInclusive<u64> = 1..=10_000;
/// Records in one commit.
const TRIGGER_RECORDS: RangeInclusive<u64> = 1..=10_000_000;
/// Bytes of data in one commit; up to three batches are in memory at once.
const TRIGGER_BYTES: RangeInclusive<u64> = 1..=(1 << 30);
/// Megabytes a second of one shard; Kinesis itself gives 2 to all who poll a shard.
const FETCH_RATE: RangeInclusive<f64> = 0.001..=1_000.0;

impl Resolver<'_> {
    /// The stream, where a shard of it is begun, and how it is read.
    pub(super) fn source(&self, raw: &RawPipelineSource, pipeline: &str) -> Result<SourceOptions, Failure> {
        for (name, key) in [("awsAccessKey", &raw.aws_access_key), ("awsSecretKey", &raw.aws_secret_key)] {
            if let Some(key) = key {
                let message = format!(
                    "{name} has no place in this file: put the key into the Delta table of `access_key` (alluvium access-key import)"
                );
                return Err(failure_at(self.origin, key.referenced, &message));
            }
        }
        Ok(SourceOptions {
            region: raw.region.as_ref().map(|region| self.text(region)).transpose()?,
            endpoint_url: raw.endpoint_url.as_ref().map(|url| self.endpoint_url(url)).transpose()?,
            consumer: self.consumer(raw, pipeline)?,
            fetch: self.fetch(raw)?,
            initial_position: self.initial_position(raw.initial_position.as_ref())?,
            ..SourceOptions::new(&self.stream_name(&raw.stream_name)?)
        })
    }

    /// When a batch is full.
    pub(super) fn batch(&self, raw: &RawPipelineSource) -> Result<BatchLimits, Failure> {
        let default = BatchLimits::default();
        let records = raw.max_records_per_trigger.as_ref();
        let bytes = raw.max_bytes_per_trigger.as_ref();
        Ok(BatchLimits {
            records_max: self
                .number("maxRecordsPerTrigger", records, TRIGGER_RECORDS)?
                .unwrap_or(default.records_max),
            data_bytes_max: self
                .number("maxBytesPerTrigger", bytes, TRIGGER_BYTES)?
                .unwrap_or(default.data_bytes_max),
        })
    }

    fn number(
        &self,
        name: &str,
        own: Option<&Spanned<u64>>,
        range: RangeInclusive<u64>,
    ) -> Result<Option<usize>, Failure> {
        let Some(own) = own else { return Ok(None) };
        if range.contains(&own.value)
            && let Ok(value) = usize::try_from(own.value)
        {
            return Ok(Some(value));
        }
        let message = format!("{name} {}: from {} to {}", own.value, range.start(), range.end());
        Err(failure_at(self.origin, own.referenced, &message))
    }

    fn endpoint_url(&self, own: &Text) -> Result<String, Failure> {
        let value = self.text(own)?;
        let is_url = (value.starts_with("http://") || value.starts_with("https://"))
            && value.parse::<http::Uri>().is_ok_and(|url| url.host().is_some());
        if !is_url {
            let message = format!("endpointUrl {value:?} is no URL such as http://127.0.0.1:4566");
            return Err(self.wrong(own, &message));
        }
        Ok(value.trim_end_matches('/').to_owned())
    }

    fn consumer(&self, raw: &RawPipelineSource, pipeline: &str) -> Result<ConsumerOptions, Failure> {
        let choices = [("polling", false), ("efo", true)];
        let efo = raw.consumer_mode.as_ref().map(|own| self.choice(own, "consumerMode", &choices));
        let name = raw.consumer_name.as_ref().map(|name| self.text(name)).transpose()?;
        let deregister = raw.require_consumer_deregistration.as_ref();
        if !efo.transpose()?.unwrap_or(false) {
            let place = raw.consumer_name.as_ref().map(|name| name.referenced);
            if let Some(place) = place.or(deregister.map(|own| own.referenced)) {
                let message = "consumerName and requireConsumerDeregistration are for enhanced fan-out: add `consumerMode: efo`";
                return Err(failure_at(self.origin, place, message));
            }
            return Ok(ConsumerOptions::Polling);
        }
        let name = name.unwrap_or_else(|| format!("alluvium_{pipeline}"));
        let fits = (1..=128).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
        if !fits {
            let message = format!(
                "consumer name {name:?} is not 1 to 128 characters of [a-zA-Z0-9_.-]: give one as consumerName"
            );
            let place = raw.consumer_name.as_ref().or(raw.consumer_mode.as_ref());
            return Err(place.map_or_else(|| Failure::usage(&message), |place| self.wrong(place, &message)));
        }
        Ok(ConsumerOptions::FanOut { name, deregister: deregister.is_some_and(|own| own.value) })
    }

    fn fetch(&self, raw: &RawPipelineSource) -> Result<FetchOptions, Failure> {
        let default = FetchOptions::default();
        let records = raw.max_records_per_fetch.as_ref();
        let records_max =
            self.number("maxRecordsPerFetch", records, FETCH_RECORDS)?.unwrap_or(default.records_max);
        let bytes_per_second_max = match &raw.max_fetch_rate {
            None => None,
            #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "within its range")]
            Some(rate) if FETCH_RATE.contains(&rate.value) => Some((rate.value * 1_000_000.0) as u64),
            Some(rate) => {
                let message = format!(
                    "maxFetchRate {}: megabytes a second and shard, from {} to {}",
                    rate.value,
                    FETCH_RATE.start(),
                    FETCH_RATE.end()
                );
                return Err(failure_at(self.origin, rate.referenced, &message));
            }
        };
        let interval_min = raw.min_fetch_period.as_ref().map(|own| {
            let value = self.text(own)?;
            interval(&value).ok_or_else(|| {
                self.wrong(own, &format!("minFetchPeriod {value:?} is no time such as `400 milliseconds`"))
            })
        });
        Ok(FetchOptions { records_max, bytes_per_second_max, interval_min: interval_min.transpose()? })
    }

    fn initial_position(&self, own: Option<&Spanned<RawPosition>>) -> Result<InitialPosition, Failure> {
        let Some(own) = own else { return Ok(InitialPosition::TrimHorizon) };
        let wrong = |message: &str| failure_at(self.origin, own.referenced, message);
        let (text, format) = match &own.value {
            RawPosition::AtTimestamp(time) => (time.at_timestamp.as_str(), time.format.as_deref()),
            RawPosition::Word(text) => match POSITIONS.iter().find(|(word, _)| word == text) {
                Some((_, position)) => return Ok(*position),
                None => (text.as_str(), None),
            },
        };
        let words: Vec<&str> = POSITIONS.iter().map(|(word, _)| *word).collect();
        time_millis(text, format).map(InitialPosition::AtTimestamp).map_err(|reason| {
            wrong(&format!(
                "initialPosition {text:?} is none of: {}{}, and no time: {reason}",
                words.join(", "),
                did_you_mean(text, &words)
            ))
        })
    }
}
