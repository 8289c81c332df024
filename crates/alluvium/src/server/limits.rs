//! The listener's limits, each with its unit and its reason.

use std::time::Duration;

/// Connections that are served at once; more wait in the operating system's queue.
pub(super) const CONNECTIONS_MAX: usize = 10_000;

/// The largest body, in bytes: 10 MiB of record data in base64 (14 MiB) with room for 500 keys and the JSON around them
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
pub(super) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bodies held at once over all connections, in bytes; a body that does not fit is answered with 503, which clients retry.
pub(super) const BODIES_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, in bytes, so that a client that sends before it listens gets to
/// see the refusal instead of a reset.
pub(super) const BODY_DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The largest header section, in bytes; API Gateway's own limit is 10,240.
pub(super) const HEADER_BYTES_MAX: usize = 64 * 1024;

/// How long a client may take to send its headers, and how long a connection may be idle: longer than the minute that the Java
/// SDK keeps one in its pool, so that it is the client that lets go of it.
pub(super) const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(75);

/// How long a client may take for the TLS handshake.
pub(super) const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a client may take to send a body.
pub(super) const BODY_READ_TIMEOUT: Duration = Duration::from_mins(2);

/// How long a client may send nothing in the middle of a body.
pub(super) const BODY_STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take nothing of an answer.
pub(super) const WRITE_STALL_TIMEOUT: Duration = Duration::from_mins(1);

/// Requests in flight on one HTTP/2 connection. The Java SDK opens another connection when it has more subscriptions.
pub(super) const H2_STREAMS_MAX: u32 = 500;

/// How many bytes of one request's body an HTTP/2 client may send before we say that we have read them: a sixteenth of the largest.
pub(super) const H2_STREAM_WINDOW_BYTES: u32 = 1024 * 1024;

/// The same over all requests of an HTTP/2 connection.
pub(super) const H2_CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// How often a silent HTTP/2 connection is asked whether its client is still there.
pub(super) const H2_PING_INTERVAL: Duration = Duration::from_mins(1);

/// How long the end of an HTTP/2 connection is left to its client once the last answer is out.
pub(super) const H2_LINGER_MAX: Duration = Duration::from_secs(5);

/// How long requests that have begun may go on after the server was told to stop.
pub(super) const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// How long accepting pauses when the operating system has no room for another connection.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
