//! JSON as API Gateway's templates see it: object order kept, numbers kept as Java would keep and print them.
//!
//! What must stay true: parsing and printing never recurse deeper than `limits::JSON_DEPTH_MAX`, so every `Json` that exists
//! can be walked, printed and dropped on an ordinary stack.

mod parse;
mod print;
mod value;

pub(crate) use parse::{JsonError, parse, parse_lenient};
pub(crate) use value::Json;
