//! The keys of `alluvium.yaml` that say how our own Kinesis behaves.

use serde_saphyr::Spanned;

use super::raw::{RawConfig, Text};
use super::resolve::Resolver;
use super::yaml_error::failure_at;
use super::{
    ConfigOverrides, DurabilityChoice, LimitsChoice, SHARD_LIMIT_DEFAULT, ServiceConfig,
    TRANSITION_MILLIS_DEFAULT, TRANSITION_MILLIS_MAX,
};
use crate::failure::Failure;

/// What a flag says, else the file, whose value is read and checked either way.
fn over<T>(flag: Option<T>, file: T) -> T {
    flag.unwrap_or(file)
}

impl Resolver<'_> {
    /// What the flags say, else the file, else the defaults.
    pub(super) fn service(
        &self,
        raw: &RawConfig,
        overrides: &ConfigOverrides,
    ) -> Result<ServiceConfig, Failure> {
        Ok(ServiceConfig {
            durability: over(overrides.durability, self.durability(raw.durability.as_ref())?),
            creating_millis: over(overrides.creating_millis, self.creating_millis(raw.creating_ms.as_ref())?),
            shard_limit: over(overrides.shard_limit, self.shard_limit(raw.shard_limit.as_ref())?),
            on_demand_scaling: !overrides.no_on_demand_scaling && raw.on_demand_scaling.unwrap_or(true),
            limits: over(overrides.limits, self.limits(raw.limits.as_ref())?),
            faults: self.faults(raw.faults.as_ref())?,
        })
    }

    fn durability(&self, own: Option<&Text>) -> Result<DurabilityChoice, Failure> {
        let choices = [("sync", DurabilityChoice::Sync), ("os", DurabilityChoice::Os)];
        own.map_or(Ok(DurabilityChoice::Sync), |own| self.choice(own, "durability", &choices))
    }

    fn limits(&self, own: Option<&Text>) -> Result<LimitsChoice, Failure> {
        let choices = [("none", LimitsChoice::None), ("aws", LimitsChoice::Aws)];
        own.map_or(Ok(LimitsChoice::None), |own| self.choice(own, "limits", &choices))
    }

    fn creating_millis(&self, own: Option<&Spanned<u32>>) -> Result<u32, Failure> {
        match own {
            None => Ok(TRANSITION_MILLIS_DEFAULT),
            Some(own) if own.value <= TRANSITION_MILLIS_MAX => Ok(own.value),
            Some(own) => {
                let message =
                    format!("creating_ms {} is more than an hour ({TRANSITION_MILLIS_MAX})", own.value);
                Err(failure_at(self.origin, own.referenced, &message))
            }
        }
    }

    fn shard_limit(&self, own: Option<&Spanned<u64>>) -> Result<u64, Failure> {
        match own {
            None => Ok(SHARD_LIMIT_DEFAULT),
            Some(own) if own.value > 0 => Ok(own.value),
            Some(own) => {
                Err(failure_at(self.origin, own.referenced, "shard_limit 0: a stream has at least one shard"))
            }
        }
    }
}
