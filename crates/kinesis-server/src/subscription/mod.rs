//! Subscriptions of enhanced fan-out consumers: a shard's records pushed to one consumer over one long answer
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html>).
//!
//! What must stay true: nothing here polls. A subscription rests on the store's notification, and it makes its next event
//! only when the client's connection takes more, so a slow client holds at most one event in memory and holds up nobody.

mod body;
mod expiring;
mod frame;
mod registry;

pub(crate) use body::{Subscription, push};
pub(crate) use registry::{Refused, SubscriptionKey, Subscriptions};
