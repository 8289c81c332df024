//! Why a reader ends before it was told to.

use alluvium_kinesis_model::SequenceNumber;

/// Why a stream cannot be read, or cannot be read on. Everything handed out before stays good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no stream of that name, or it is being deleted.
    #[error("stream {stream} cannot be read: {reason}")]
    StreamNotFound {
        /// The stream's name.
        stream: String,
        /// What the server says.
        reason: String,
    },
    /// The stream was deleted, and another one was created under its name: checkpoints of the old one mean nothing in it.
    #[error(
        "stream {stream} was created at {found_millis} ms since 1970, and the one that was read before at {expected_millis} ms: it \
         was deleted and created again, so the old positions mean nothing; start again without a checkpoint"
    )]
    StreamReplaced {
        /// The stream's name.
        stream: String,
        /// When the stream that was meant had been created, milliseconds since 1970.
        expected_millis: i64,
        /// When the stream that is there was created, milliseconds since 1970.
        found_millis: i64,
    },
    /// The server refuses, and asking again would not help.
    #[error("{operation} on {subject} is refused: {reason}")]
    Refused {
        /// The operation, as Kinesis names it.
        operation: &'static str,
        /// The stream or the shard.
        subject: String,
        /// The error's name and message, as the server gave them.
        reason: String,
    },
    /// The server does not answer, or only with errors of its own, for longer than is waited for.
    #[error("{operation} on {subject} failed {attempts} times in a row, last: {reason}")]
    Unavailable {
        /// The operation, as Kinesis names it.
        operation: &'static str,
        /// The stream or the shard.
        subject: String,
        /// How often it was tried.
        attempts: u32,
        /// What happened the last time.
        reason: String,
    },
    /// The server sent what no Kinesis sends.
    #[error("shard {shard_id}: {reason}")]
    BadAnswer {
        /// The shard.
        shard_id: String,
        /// What is wrong, with both values.
        reason: String,
    },
    /// Every shard is closed and read to its end, and the stream names none that follows.
    #[error("stream {stream} has no open shard: all are closed and none follows")]
    NoOpenShard {
        /// The stream's name.
        stream: String,
    },
    /// A part of the reader ended without saying why; a defect of this program.
    #[error("the reading of stream {stream} broke off: {reason}")]
    BrokeOff {
        /// The stream's name.
        stream: String,
        /// What is known.
        reason: String,
    },
}

/// A sequence number that is none.
pub(crate) fn not_a_sequence_number(text: &str) -> String {
    let shown: String = text.chars().take(SequenceNumber::DIGITS_MAX).collect();
    format!("{shown:?} is not a sequence number")
}
