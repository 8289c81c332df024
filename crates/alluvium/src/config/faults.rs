//! The `faults` of `alluvium.yaml`: what our own Kinesis does wrong on purpose from its start. Shares are from 0 to 1.

use alluvium_kinesis_model::operations::{FaultInjection, FaultRule};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::raw::Text;
use super::resolve::Resolver;
use super::yaml_error::failure_at;
use crate::failure::Failure;

/// `faults` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFaults {
    #[serde(default)]
    seed: u32,
    rules: Vec<Spanned<RawFaultRule>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFaultRule {
    #[serde(default)]
    operations: Vec<Text>,
    #[serde(default)]
    streams: Vec<Text>,
    throttled: Option<Spanned<f64>>,
    failed: Option<Spanned<f64>>,
    #[serde(default)]
    fail_after_work: bool,
    records_failed: Option<Spanned<f64>>,
    latency_ms_min: Option<u32>,
    latency_ms_max: Option<u32>,
}

impl Resolver<'_> {
    /// The rules, each checked as PutFaultInjection checks it.
    pub(super) fn faults(&self, raw: Option<&RawFaults>) -> Result<FaultInjection, Failure> {
        let Some(raw) = raw else { return Ok(FaultInjection::default()) };
        let mut faults = FaultInjection { seed: raw.seed, rules: Vec::with_capacity(raw.rules.len()) };
        for rule in &raw.rules {
            faults.rules.push(self.fault_rule(&rule.value)?);
            faults.check().map_err(|error| {
                let message = error.message.unwrap_or_default();
                failure_at(self.origin, rule.referenced, &format!("faults.rules: {message}"))
            })?;
        }
        Ok(faults)
    }

    fn fault_rule(&self, raw: &RawFaultRule) -> Result<FaultRule, Failure> {
        let latency_millis_min = raw.latency_ms_min.unwrap_or(0);
        Ok(FaultRule {
            operations: self.texts(&raw.operations)?,
            streams: self.texts(&raw.streams)?,
            throttled_per_thousand: self.per_thousand("throttled", raw.throttled.as_ref())?,
            failed_per_thousand: self.per_thousand("failed", raw.failed.as_ref())?,
            fail_after_work: raw.fail_after_work,
            records_failed_per_thousand: self.per_thousand("records_failed", raw.records_failed.as_ref())?,
            latency_millis_min,
            latency_millis_max: raw.latency_ms_max.unwrap_or(latency_millis_min),
        })
    }

    fn per_thousand(&self, name: &str, share: Option<&Spanned<f64>>) -> Result<u32, Failure> {
        let Some(share) = share else { return Ok(0) };
        if !(0.0..=1.0).contains(&share.value) {
            let message = format!("{name} {}: a share is from 0 to 1, such as 0.05", share.value);
            return Err(failure_at(self.origin, share.referenced, &message));
        }
        #[expect(clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
        Ok((share.value * 1_000.0).round() as u32)
    }
}
