//! PutFaultInjection and GetFaultInjection: what goes wrong on purpose, changed and told while the server runs.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{
    GetFaultInjectionInput, GetFaultInjectionOutput, PutFaultInjectionInput,
};
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for PutFaultInjectionInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

impl Target for GetFaultInjectionInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

pub(crate) async fn put_fault_injection(
    server: Arc<Server>,
    input: PutFaultInjectionInput,
) -> Result<EmptyOutput, Exception> {
    tracing::warn!(rules = input.faults.rules.len(), seed = input.faults.seed, "fault injection changed");
    server.faults.put(input.faults);
    Ok(EmptyOutput)
}

pub(crate) async fn get_fault_injection(
    server: Arc<Server>,
    _input: GetFaultInjectionInput,
) -> Result<GetFaultInjectionOutput, Exception> {
    Ok(server.faults.describe())
}
