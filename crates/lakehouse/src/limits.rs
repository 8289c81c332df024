//! Every limit of this crate, with its unit and its reason.
//!
//! What must stay true: nothing that reads foreign bytes or text has a limit anywhere else.

use std::time::Duration;

/// Levels of types inside types in a schema. Decoding recurses as deep, on our own schema's shape.
pub(crate) const SCHEMA_DEPTH_MAX: usize = 50;

/// Columns and members in one schema, all levels together.
pub(crate) const SCHEMA_FIELDS_MAX: usize = 10_000;

/// Objects and arrays inside each other in a record; Jackson's own limit, which Spark keeps:
/// <https://github.com/FasterXML/jackson-core/wiki/Stream-Read-Constraints>.
pub(crate) const JSON_DEPTH_MAX: usize = 1_000;

/// Digits of one number in a record, sign, point and exponent's letter not counted; Jackson's own limit.
pub(crate) const JSON_NUMBER_DIGITS_MAX: usize = 1_000;

/// UTF-16 units of one key in a record; Jackson's own limit.
pub(crate) const JSON_KEY_UNITS_MAX: usize = 50_000;

/// Values of the wrong type that the reason of one record names; of the rest the count is told.
pub(crate) const MISFITS_SHOWN_MAX: usize = 3;

/// Characters that a reason shows of a key or a value.
pub(crate) const MISFIT_CHARS_MAX: usize = 40;

/// Reasons of rows that are not whole that are kept of one batch; all such rows are counted.
pub(crate) const PARTIAL_REASONS_MAX: usize = 8;

/// Records decoded into one Arrow batch; DataFusion's own batch size.
pub(crate) const DECODE_RECORDS_MAX: usize = 8_192;

/// Bytes of record data decoded into one Arrow batch. A column of strings counts offsets in 31 bits and a nested value can
/// grow six times when it is written again (`\u0001` for one byte), so 2^31 / 6 is the most there may be; 64 MiB keeps far away.
pub(crate) const DECODE_BYTES_MAX: usize = 64 << 20;

/// Bytes of one pipeline's SQL text.
pub(crate) const SQL_BYTES_MAX: usize = 1 << 20;

/// Words and marks of one pipeline's SQL. Its tree is at most half as deep, and dropping it recurses as deep.
pub(crate) const SQL_TOKENS_MAX: usize = 20_000;

/// Expressions inside each other in a pipeline's SQL; `a OR b OR c` counts two. Translation and evaluation recurse as deep.
pub(crate) const EXPRESSION_DEPTH_MAX: usize = 64;

/// Bytes of one text that `repeat`, `space`, `lpad` or `rpad` makes: 16 MiB, more than a record may have.
pub(crate) const TEXT_MADE_BYTES_MAX: usize = 16 << 20;

/// Bytes of one column of strings in a batch: its offsets have 31 bits. A batch that makes more is halved.
pub(crate) const COLUMN_BYTES_MAX: usize = 1 << 30;

/// Product of the lengths of two texts that `levenshtein` compares: 10,000 by 10,000 bytes, some 100 ms.
pub(crate) const LEVENSHTEIN_WORK_MAX: usize = 100_000_000;

/// How often a commit is tried before the batch is given up for now. Each failure is looked into before the next try.
pub(crate) const COMMIT_ATTEMPTS_MAX: u32 = 5;
/// Wait before the second try of a commit; doubles each time: 0.1 + 0.2 + 0.4 + 0.8 s in all.
pub(crate) const COMMIT_BACKOFF_FIRST: Duration = Duration::from_millis(100);

/// Commits after which an open table is read anew from its log, which costs about as much as ten of them.
pub(crate) const COMMITS_PER_LOAD: usize = 100;

/// Memory of a query that was given no limit: 512 MiB.
pub(crate) const QUERY_MEMORY_BYTES: usize = 512 * 1024 * 1024;
/// How deep a query's expressions may nest; sqlparser's own default.
pub(crate) const QUERY_RECURSION_MAX: usize = 50;

/// Most rows of a table of access keys: IAM allows 5,000 users an account with two keys each.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(crate) const ACCESS_KEY_ROWS_MAX: usize = 10_000;

/// How often in a row, without a batch between, a pipeline begins anew after an error before it gives up.
pub(crate) const RESTARTS_MAX: u32 = 8;
/// Wait before a pipeline first begins anew; doubles each time: 1 + 2 + 4 + 8 + 16 + 30 + 30 + 30 s, two minutes in all.
pub(crate) const RESTART_BACKOFF_FIRST: Duration = Duration::from_secs(1);
/// Longest wait before a pipeline begins anew.
pub(crate) const RESTART_BACKOFF_MAX: Duration = Duration::from_secs(30);

/// Bytes that a pipeline's reader may hold beyond two full batches: one is being committed while the next is gathered.
pub(crate) const READ_AHEAD_BYTES_MIN: usize = 8 << 20;

/// Most parts into which a batch is cut, each with a thread and a file of its own: more cores would only make the files small.
pub(crate) const PARTS_MAX: usize = 4;
/// Bytes of record data for which a further part pays: its file then has a few MiB.
pub(crate) const PART_BYTES_MIN: usize = 8 << 20;
