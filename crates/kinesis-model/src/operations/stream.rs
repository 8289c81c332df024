//! What descriptions of a stream have in common.

use crate::StreamName;
use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operations::encryption::EncryptionType;
use crate::operations::enhanced_monitoring::{ShardMetric, write_metrics};
use crate::writer::Writer;

/// A stream's capacity mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamMode {
    /// As many shards as were asked for.
    Provisioned,
    /// The service decides how many shards there are.
    OnDemand,
}

impl Enumeration for StreamMode {
    const ALL: &'static [(&'static str, Self)] =
        &[("PROVISIONED", Self::Provisioned), ("ON_DEMAND", Self::OnDemand)];
}

impl StreamMode {
    /// The word on the wire.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Provisioned => "PROVISIONED",
            Self::OnDemand => "ON_DEMAND",
        }
    }
}

/// The structure `StreamModeDetails` of a request, before its word is known to be one.
pub(crate) struct ModeDetails {
    word: Option<String>,
}

/// Takes the member `StreamModeDetails`.
pub(crate) fn take_mode_details(members: &mut Members) -> Result<Option<ModeDetails>, Exception> {
    match members.structure("StreamModeDetails")? {
        Some(mut details) => Ok(Some(ModeDetails { word: details.text("StreamMode")? })),
        None => Ok(None),
    }
}

/// Checks the structure, in which the mode has to be; an absent one satisfies any.
pub(crate) fn check_mode_details(
    checks: &mut Constraints,
    details: Option<&ModeDetails>,
) -> Option<StreamMode> {
    checks.required_one_of("streamModeDetails.streamMode", details?.word.as_deref())
}

/// Where a stream is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamStatus {
    /// Being made; takes no records yet.
    Creating,
    /// Being taken away.
    Deleting,
    /// There.
    Active,
    /// There, while its shards change.
    Updating,
}

impl StreamStatus {
    /// The word on the wire.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Deleting => "DELETING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
        }
    }
}

/// A stream as listings show it, and as every description begins
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamSummary.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSummary {
    /// The name.
    pub name: StreamName,
    /// The ARN.
    pub arn: String,
    /// Where it is in its life.
    pub status: StreamStatus,
    /// The capacity mode.
    pub mode: StreamMode,
    /// When it was made, milliseconds since 1970; shown in whole seconds.
    pub created_millis: i64,
}

impl StreamSummary {
    /// Writes the members, without the structure around them.
    pub(crate) fn write_members<W: Writer>(&self, writer: &mut W) {
        writer.text_member("StreamName", self.name.as_str());
        writer.text_member("StreamARN", &self.arn);
        writer.text_member("StreamStatus", self.status.wire_name());
        writer.member("StreamModeDetails");
        writer.begin_structure();
        writer.text_member("StreamMode", self.mode.wire_name());
        writer.end_structure();
        writer.member("StreamCreationTimestamp");
        writer.timestamp_millis(self.created_millis.div_euclid(1_000) * 1_000);
    }
}

/// What both descriptions show beyond the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSettings {
    /// How long records are kept, in hours.
    pub retention_hours: u32,
    /// The metrics that are kept for each shard.
    pub shard_metrics: Vec<ShardMetric>,
    /// The key that records are encrypted with; `None` when they are not.
    pub encryption_key_id: Option<String>,
}

impl StreamSettings {
    /// Writes the members, without the structure around them.
    pub(crate) fn write_members<W: Writer>(&self, writer: &mut W) {
        writer.integer_member("RetentionPeriodHours", self.retention_hours.into());
        writer.list_member("EnhancedMonitoring", &[()], |list, ()| {
            list.begin_structure();
            write_metrics(list, "ShardLevelMetrics", &self.shard_metrics);
            list.end_structure();
        });
        let encryption =
            if self.encryption_key_id.is_some() { EncryptionType::Kms } else { EncryptionType::None };
        writer.text_member("EncryptionType", encryption.word());
        if let Some(key_id) = &self.encryption_key_id {
            writer.text_member("KeyId", key_id);
        }
    }
}

/// The throughput that a stream is ready for, in MiB/s
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_WarmThroughputObject.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarmThroughput {
    /// What it is to be ready for.
    pub target_mibps: u32,
    /// What it is ready for.
    pub current_mibps: u32,
}

impl WarmThroughput {
    /// Writes the member `WarmThroughput`.
    pub(crate) fn write<W: Writer>(self, writer: &mut W) {
        writer.member("WarmThroughput");
        writer.begin_structure();
        writer.integer_member("TargetMiBps", self.target_mibps.into());
        writer.integer_member("CurrentMiBps", self.current_mibps.into());
        writer.end_structure();
    }
}
