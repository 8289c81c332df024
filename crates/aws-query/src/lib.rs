//! AWS's query protocol (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>), which CloudWatch, IAM and STS speak: a form
//! of parameters in, XML out. It knows values and their two forms, and neither services nor HTTP.
//!
//! What must stay true: reading takes bounded memory and fails on nothing but `None`; what is written is well-formed XML whatever
//! the values are.

mod document;
mod form;
mod xml;

pub use document::Document;
pub use form::{FormLimits, read, timestamp_millis};
pub use xml::{write, write_error};
