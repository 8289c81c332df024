//! UpdateAccountSettings: the account is committed to a minimum throughput, or no longer.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{AccountSettingsOutput, UpdateAccountSettingsInput};

use crate::account::describe;
use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for UpdateAccountSettingsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

pub(crate) async fn update_account_settings(
    server: Arc<Server>,
    input: UpdateAccountSettingsInput,
) -> Result<AccountSettingsOutput, Exception> {
    let commitment = server.set_commitment(input.commitment_enabled).await?;
    Ok(describe(commitment, server.clock.now_millis()))
}
