//! The service as its clients see it, called in process without a socket. Expected texts are those that the real service
//! was recorded to answer.

mod authentication;
mod bad_control_input;
mod bad_data_input;
mod bounded_fuzz;
mod cbor;
mod consumers;
mod control_plane;
mod fault_injection;
mod foreign_tokens;
mod harness;
mod identity_policies;
mod listings;
mod measures;
mod on_demand;
mod policies;
mod positions;
mod protocol;
mod record_sizes;
mod records;
mod reshard_operations;
mod resharding;
mod resharding_under_load;
mod settings;
mod storage_failures;
mod subscriptions;
mod tags_and_retention;
mod throttling;
