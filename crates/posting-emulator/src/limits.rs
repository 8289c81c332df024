//! Every bound of the emulator, with its unit. Nothing that comes from a file or from the network is read without one.

use std::time::Duration;

/// `db_creds.yaml` has nine keys; a bigger file is something else.
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

/// Posts that may wait in front of one lane: enough to keep it busy, few enough to drain at once.
pub(crate) const LANE_QUEUE_POSTS: usize = 4;

/// Acknowledgements that may wait for the ack log's writer.
pub(crate) const ACK_LOG_QUEUE_LINES: usize = 1024;

/// A lane that gives up this many records in a row stops the run: the server refuses us, and asking on only hammers it.
pub(crate) const CONSECUTIVE_FAILURES_MAX: u32 = 10;

/// Rows of one INSERT. Twelve columns times this stays below SQLite's 32,766 bound parameters
/// (<https://www.sqlite.org/limits.html>), and a batch takes well under a millisecond to make.
pub(crate) const SEED_INSERT_ROWS: u32 = 200;

/// How long a connection to a database server may take, log-in included.
pub(crate) const DATABASE_CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Connections to the source database: one for each table that is read at the same time, few enough for the smallest server.
pub(crate) const SOURCE_CONNECTIONS_MAX: u32 = 8;

/// How long a statement waits for a connection of the pool.
pub(crate) const POOL_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long one look-up of rows may take.
pub(crate) const QUERY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a source whose connections break is tried again: a database server restarts in less.
pub(crate) const RECONNECT_MAX: Duration = Duration::from_mins(1);

/// Rows of one look-up.
pub(crate) const LOOKUP_ROWS_MAX: usize = 16;

/// Keys of a table with gaps that are kept in memory, 8 bytes each: 40 MB.
pub(crate) const KEYS_IN_MEMORY_MAX: usize = 5_000_000;

/// The file that says where to go on holds a number and the tables' names.
pub(crate) const RESUME_FILE_BYTES_MAX: u64 = 64 * 1024;

/// How often a run that can be resumed writes how far it has come.
pub(crate) const MARK_INTERVAL: Duration = Duration::from_secs(1);
