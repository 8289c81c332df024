//! Database rows to paced HTTP PUTs: the stand-in for the users of the site.
//!
//! [`seed`] writes a synthetic source database, [`DatabaseCredentials`] says where a source is and who may read it,
//! [`Source`] reads rows of it, and [`emulator::run`] posts them to a REST API. Nothing here knows what is behind that API.

mod credentials;
pub mod emulator;
mod feed;
mod limits;
pub mod seed;
mod source;

pub use credentials::{CredentialsError, DatabaseCredentials, Driver, ServerCredentials, TlsMode};
pub use feed::Feed;
pub use source::{Numbering, Source, SourceError, SourceRow};
