//! DescribeAccountSettings: whether the account is committed to a minimum throughput.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{AccountSettingsOutput, DescribeAccountSettingsInput};

use crate::account::describe;
use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DescribeAccountSettingsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

pub(crate) async fn describe_account_settings(
    server: Arc<Server>,
    _input: DescribeAccountSettingsInput,
) -> Result<AccountSettingsOutput, Exception> {
    Ok(describe(server.commitment(), server.clock.now_millis()))
}
