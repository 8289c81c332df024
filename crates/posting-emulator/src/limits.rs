//! Every bound of the emulator, with its unit. Nothing that comes from a file or from the network is read without one.

use std::time::Duration;

/// `db_creds.yaml` has six keys; a bigger file is something else.
pub(crate) const CREDENTIALS_FILE_BYTES_MAX: u64 = 64 * 1024;

/// An answer to one PUT is about 150 bytes; an error page may be longer, what is past this is not read.
pub(crate) const RESPONSE_BODY_BYTES_MAX: usize = 1024 * 1024;

/// How much of a server's error text is kept as the sample in a report, in characters.
pub(crate) const ERROR_SAMPLE_CHARS_MAX: usize = 300;

/// Kinds of error that a report tells apart. A kind can carry a server's own text, so their number is bounded; the rest
/// are counted together.
pub(crate) const ERROR_KINDS_MAX: usize = 32;

/// How long a TCP connection may take to open.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one PUT may take, API Gateway's own limit for an integration being 29 s
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// After a cancellation, how long requests in flight may still take before their outcome is given up as unknown.
pub(crate) const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Posts that may wait in front of one table's lane: enough to keep it busy, few enough to drain at once.
pub(crate) const LANE_QUEUE_POSTS: usize = 4;

/// Acknowledgements that may wait for the ack log's writer.
pub(crate) const ACK_LOG_QUEUE_LINES: usize = 1024;

/// A lane that gives up this many records in a row stops the run: the server refuses us, and asking on only hammers it.
pub(crate) const CONSECUTIVE_FAILURES_MAX: u32 = 10;

/// Rows of one INSERT. Twelve columns times this stays below SQLite's 32,766 bound parameters
/// (<https://www.sqlite.org/limits.html>), and a batch takes well under a millisecond to make.
pub(crate) const SEED_INSERT_ROWS: u32 = 200;
