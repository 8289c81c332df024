//! The whole crate against what AWS publishes and against bytes that mean harm: botocore's model of the service, walked member
//! by member, and bodies that no client would send.

mod body;
mod bounded_fuzz;
mod candidates;
mod departures;
mod hot_paths;
mod inputs;
mod model_inputs;
mod model_outputs;
mod outputs;
mod samples;
mod seeds;
mod service_model;
mod told;
