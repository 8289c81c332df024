//! The control plane: API Gateway's own REST API (`/restapis`, `/apikeys`, `/usageplans`, ...) in front of [`crate::ApiGateway`].
//! <https://docs.aws.amazon.com/apigateway/latest/api/Welcome.html>
//!
//! An operation is a file in `operations/<group>/`, and one line in the group's `ROUTES`: its name, verb and path as in AWS's model,
//! the status of success, and its function. The groups are listed in `operations/mod.rs`. Such a function takes a [`Call`], reads
//! its input whole ([`Call::members`], [`Call::patch`], [`Call::query`], [`Call::path`]) before it looks anything up, and then works:
//!
//! - `Work::Read` functions answer from memory;
//! - `Work::Edit` functions may write, through [`Call::edit_api`] and its neighbours; they run on a thread that may block;
//! - `Work::Wait` is for what waits for others, as TestInvokeMethod does.
//!
//! What an operation answers is made from the model in `views`. Updates are tables of paths (`patch`), one per noun.
//!
//! What must stay true: input is taken apart before anything is looked up, so a wrong type is told before an unknown id, as AWS does;
//! a change is made on a copy and shows whole or not at all; nobody gets past [`authorize`] unasked.

mod answer;
mod authorize;
mod call;
mod edit;
mod error;
mod lookup;
mod mappings;
mod members;
mod operations;
mod page;
mod patch;
mod routing;
mod service;
mod views;

pub use routing::ControlOperation;
pub use service::{ControlOptions, ControlService};
