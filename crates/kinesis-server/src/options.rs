//! How the service behaves, resolved once by whoever starts it.

use std::time::Duration;

use alluvium_cloudwatch::Metrics;
use alluvium_kinesis_model::operations::FaultInjection;

use crate::token_key::TokenKey;

/// What is throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// Nothing.
    #[default]
    None,
    /// What AWS throttles, as fast as it does
    /// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>).
    Aws,
}

/// When on-demand streams change the number of their shards (docs/streams.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDemandScaling {
    /// How often their traffic is looked at, and the time over which it is averaged. Greater than zero.
    pub interval: Duration,
    /// How long traffic has to be low before they shrink.
    pub quiet: Duration,
}

impl Default for OnDemandScaling {
    /// Every minute, and a day.
    fn default() -> Self {
        Self { interval: Duration::from_mins(1), quiet: Duration::from_hours(24) }
    }
}

/// How the service behaves. [`KinesisOptions::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct KinesisOptions {
    /// The account that owns every stream, twelve digits.
    pub account_id: String,
    /// The region in every ARN.
    pub region: String,
    /// How long a stream is CREATING, UPDATING or DELETING, and a consumer CREATING or DELETING, in milliseconds; with 0 every
    /// change is over at once. Clients poll for it, so keep it short.
    pub creating_millis: u32,
    /// How many open shards there may be over all streams.
    pub shard_limit: u64,
    /// How often what has expired is removed from the store.
    pub sweep_interval: Duration,
    /// When on-demand streams change the number of their shards; `None` leaves them as they are.
    pub on_demand_scaling: Option<OnDemandScaling>,
    /// What is throttled.
    pub limits: Limits,
    /// What goes wrong on purpose from the start; PutFaultInjection replaces it. Whoever reads it from a file calls
    /// [`FaultInjection::check`], as PutFaultInjection does: a rule that can never strike is no error here.
    pub faults: FaultInjection,
    /// Signs shard iterators and pagination tokens. With the same key they go on working after a restart.
    pub token_key: TokenKey,
    /// Where the service measures; `None` for metrics that nobody looks at.
    pub metrics: Option<Metrics>,
}

impl KinesisOptions {
    /// CREATING for 300 ms, up to 20,000 shards (AWS's own quota in its largest regions,
    /// <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>), a sweep every minute,
    /// nothing throttled and nothing wrong on purpose.
    pub fn new(account_id: impl Into<String>, region: impl Into<String>, token_key: TokenKey) -> Self {
        Self {
            account_id: account_id.into(),
            region: region.into(),
            creating_millis: 300,
            shard_limit: 20_000,
            sweep_interval: Duration::from_mins(1),
            on_demand_scaling: Some(OnDemandScaling::default()),
            limits: Limits::None,
            faults: FaultInjection::default(),
            token_key,
            metrics: None,
        }
    }
}
