//! Spark's functions and casts, ANSI off, session zone UTC, over Arrow arrays.
//!
//! Each file is one family; the expected values in the tests are Spark's own answers. What must stay true: nothing here
//! fails on a value. What Spark makes null is null; only a definition can be refused, and that happens before any record.

pub(crate) mod arithmetic;
pub(crate) mod blank;
pub(crate) mod calendar;
pub(crate) mod cast;
pub(crate) mod choose;
pub(crate) mod date;
pub(crate) mod date_parts;
pub(crate) mod decimal;
pub(crate) mod digest;
pub(crate) mod format_number;
pub(crate) mod format_time;
pub(crate) mod function;
pub(crate) mod list;
pub(crate) mod math;
mod moment;
pub(crate) mod nested;
pub(crate) mod number;
pub(crate) mod pattern;
pub(crate) mod regex;
pub(crate) mod rows;
pub(crate) mod search;
pub(crate) mod text;
pub(crate) mod timestamp;
pub(crate) mod zone;

pub use moment::time_millis;
