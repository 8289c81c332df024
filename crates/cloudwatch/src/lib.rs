//! Metrics under CloudWatch's own names: services measure into [`Metrics`], [`CloudWatchService`] answers CloudWatch's
//! clients from them, and [`Metrics::prometheus`] shows them to Prometheus (docs/adr/0008, docs/metrics.md).
//!
//! What must stay true: measuring takes no lock that requests share; memory is bounded whatever clients put; nothing here is
//! on disk, so a restart begins anew; there is no socket in here, the service is a `tower::Service`.

mod body;
mod dimensions;
mod exception;
mod histogram;
mod limits;
mod members;
mod metrics;
mod operations;
mod page_token;
mod periods;
mod prometheus;
mod scope;
mod series;
mod service;
mod statistic;
mod statistics;
mod unit;
mod wire;

pub use metrics::{Meter, Metrics};
pub use prometheus::{OPEN_METRICS, PLAIN_TEXT, ProcessNumber, ProcessValue};
pub use scope::{Measured, MetricSpec};
pub use service::CloudWatchService;
pub use unit::Unit;
