//! Queries over the Delta tables of a directory, read only.
//!
//! What must stay true: nothing here changes a table, a setting or a file, whatever the text says; one call takes one
//! statement; and a query takes no more memory than it was given.

mod catalog;
mod error;
mod identifier;
mod query;
mod result;
mod session;
mod statement;

pub use catalog::{TableCatalog, TableEntry};
pub use error::QueryError;
pub use query::{QueryOptions, query};
pub use result::QueryResult;

pub(crate) use session::{collect, session};
