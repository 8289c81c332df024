//! The operations that are there, and what each of them is made of.

use bytes::Bytes;

use crate::exception::Exception;
use crate::members::Members;
use crate::writer::Writer;

/// The service's name in `X-Amz-Target`.
pub const TARGET_PREFIX: &str = "Kinesis_20131202";

macro_rules! operations {
    ($($name:ident),* $(,)?) => {
        /// An operation of Kinesis (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html>).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is the operation of that name in the Kinesis API reference")]
        pub enum Operation {
            $($name),*
        }

        impl Operation {
            /// Every operation, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The operation's name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name)),*
                }
            }

            /// The operation of a name; `None` for one that is not there.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

operations!(
    AddTagsToStream,
    CreateStream,
    DecreaseStreamRetentionPeriod,
    DeleteResourcePolicy,
    DeleteStream,
    DeregisterStreamConsumer,
    DescribeAccountSettings,
    DescribeLimits,
    DescribeStream,
    DescribeStreamConsumer,
    DescribeStreamSummary,
    DisableEnhancedMonitoring,
    EnableEnhancedMonitoring,
    GetRecords,
    GetResourcePolicy,
    GetShardIterator,
    IncreaseStreamRetentionPeriod,
    ListShards,
    ListStreamConsumers,
    ListStreams,
    ListTagsForResource,
    ListTagsForStream,
    MergeShards,
    PutRecord,
    PutRecords,
    PutResourcePolicy,
    RegisterStreamConsumer,
    RemoveTagsFromStream,
    SplitShard,
    StartStreamEncryption,
    StopStreamEncryption,
    SubscribeToShard,
    TagResource,
    UntagResource,
    UpdateAccountSettings,
    UpdateMaxRecordSize,
    UpdateShardCount,
    UpdateStreamMode,
    UpdateStreamRecordDistributionStrategy,
    UpdateStreamWarmThroughput,
);

/// What a request of one operation says, checked as far as that is possible without looking at any stream.
pub trait OperationInput: Sized {
    /// Reads the members and checks their types, then their constraints.
    fn from_members(members: Members) -> Result<Self, Exception>;

    /// Reads a body of `application/x-amz-json-1.1`.
    fn from_json(body: &[u8]) -> Result<Self, Exception> {
        Self::from_members(Members::parse_json(body)?)
    }

    /// Reads a body of `application/x-amz-cbor-1.1`.
    fn from_cbor(body: &Bytes) -> Result<Self, Exception> {
        Self::from_members(Members::parse_cbor(body)?)
    }
}

/// What an operation answers.
pub trait OperationOutput {
    /// Whether there is a body; an operation that answers nothing has an empty one.
    const HAS_BODY: bool = true;

    /// About how many bytes the answer takes.
    fn bytes_estimate(&self) -> usize {
        512
    }

    /// Writes the answer.
    fn write<W: Writer>(&self, writer: &mut W);

    /// Writes about so many bytes of the answer from a place on and returns where the rest begins; `None` when there is none.
    /// The first place is 0. An answer that is never large writes itself whole.
    fn write_piece<W: Writer>(&self, writer: &mut W, _place: usize, _bytes: usize) -> Option<usize> {
        self.write(writer);
        None
    }
}

/// The answer of an operation that has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyOutput;

impl OperationOutput for EmptyOutput {
    const HAS_BODY: bool = false;

    fn write<W: Writer>(&self, _writer: &mut W) {}
}
