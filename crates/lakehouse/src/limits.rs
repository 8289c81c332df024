//! Every limit of this crate, with its unit and its reason.
//!
//! What must stay true: nothing that reads foreign bytes or text has a limit anywhere else.

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

/// Records decoded into one Arrow batch; DataFusion's own batch size.
pub(crate) const DECODE_RECORDS_MAX: usize = 8_192;

/// Bytes of record data decoded into one Arrow batch. A column of strings counts offsets in 31 bits and a nested value can
/// grow six times when it is written again (`\u0001` for one byte), so 2^31 / 6 is the most there may be; 64 MiB keeps far away.
pub(crate) const DECODE_BYTES_MAX: usize = 64 << 20;

/// Bytes of one pipeline's SQL text.
pub(crate) const SQL_BYTES_MAX: usize = 1 << 20;
