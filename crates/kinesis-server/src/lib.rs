//! The Kinesis service: requests in, answers out, over the streams of a store. Control plane and data plane of
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/Welcome.html> as HTTP requests of AWS's JSON 1.1 protocol.
//!
//! What must stay true: a record is acknowledged only when the store says that it is durable; what a client reads in an
//! error never names a path or a secret of this machine; there is no socket in here, the service is a `tower::Service`.

mod account;
mod answer;
mod authenticate;
mod authorize;
mod daily;
mod encryption;
mod faults;
mod gate;
mod limits;
mod measure;
mod monitoring;
mod on_demand;
mod operations;
mod options;
mod page_room;
mod page_token;
mod pieces;
mod policies;
mod protocol;
mod reading_start;
mod reshard_plan;
mod resharding;
mod resource_lookup;
mod routing;
mod server;
mod service;
mod shard_iterator;
mod shard_limit;
mod signed_token;
mod store_errors;
mod stream_lookup;
mod subscription;
mod tagging;
mod throttle;
mod token_key;

pub use answer::ResponseBody;
pub use options::{KinesisOptions, Limits, OnDemandScaling};
pub use server::KinesisServer;
pub use service::KinesisService;
pub use token_key::{TokenKey, TokenKeyError};
