//! DescribeAccountSettings (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html>); it answers
//! [`crate::operations::AccountSettingsOutput`].

use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;

/// Asks for the settings of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescribeAccountSettingsInput;

impl OperationInput for DescribeAccountSettingsInput {
    fn from_members(_members: Members) -> Result<Self, Exception> {
        Ok(Self)
    }
}
