//! The settings of an account, which two operations show
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentOutput.html>).

use crate::constraints::Enumeration;
use crate::operation::OperationOutput;
use crate::writer::Writer;

/// Whether the account pays for a minimum throughput.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommitmentStatus {
    /// It does.
    Enabled,
    /// It does not.
    Disabled,
    /// It does until it may stop.
    EnabledUntilEarliestAllowedEnd,
}

impl Enumeration for CommitmentStatus {
    const ALL: &'static [(&'static str, Self)] = &[
        ("ENABLED", Self::Enabled),
        ("DISABLED", Self::Disabled),
        ("ENABLED_UNTIL_EARLIEST_ALLOWED_END", Self::EnabledUntilEarliestAllowedEnd),
    ];
}

/// The settings of the account. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountSettingsOutput {
    /// Whether it pays for a minimum throughput.
    pub status: CommitmentStatus,
    /// Since when.
    pub started_millis: Option<i64>,
    /// Until when it did.
    pub ended_millis: Option<i64>,
    /// When it may stop at the earliest.
    pub earliest_allowed_end_millis: Option<i64>,
}

impl OperationOutput for AccountSettingsOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("MinimumThroughputBillingCommitment");
        writer.begin_structure();
        writer.text_member("Status", self.status.word());
        for (name, millis) in [
            ("StartedAt", self.started_millis),
            ("EndedAt", self.ended_millis),
            ("EarliestAllowedEndAt", self.earliest_allowed_end_millis),
        ] {
            if let Some(millis) = millis {
                writer.member(name);
                writer.timestamp_millis(millis);
            }
        }
        writer.end_structure();
        writer.end_structure();
    }
}
