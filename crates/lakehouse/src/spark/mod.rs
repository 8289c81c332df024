//! Spark's functions and casts, ANSI off, session zone UTC, over Arrow arrays.
//!
//! Each file is one family; the expected values in the tests are Spark's own answers. What must stay true: nothing here
//! fails on a value. What Spark makes null is null; only a definition can be refused, and that happens before any record.

pub(crate) mod arithmetic;
pub(crate) mod blank;
pub(crate) mod cast;
pub(crate) mod date;
pub(crate) mod date_parts;
pub(crate) mod decimal;
pub(crate) mod function;
pub(crate) mod number;
pub(crate) mod pattern;
pub(crate) mod regex;
pub(crate) mod text;
pub(crate) mod timestamp;
pub(crate) mod zone;
