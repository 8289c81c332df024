//! Users, roles and access keys, and who is calling.
//!
//! [`Iam`] holds the principals, durably; [`Authenticator`] turns a signed request into a [`Caller`] or into the error that AWS
//! would give; [`Authorizer`] decides what a [`Caller`] may do, from the policies of callers and of resources.
//!
//! What must stay true: secrets are never printed, neither by `Debug` nor in an error; a change is on disk before anybody can
//! use it.

mod access;
mod authenticator;
mod caller;
mod document;
mod error;
mod file;
mod iam;
mod issued_key;
mod limits;
mod policy;
mod principals;
mod random;

pub use access::{AccessDenied, AccessRequest, Authorizer, DenialReason};
pub use authenticator::{AuthError, AuthMode, Authenticator};
pub use caller::{Caller, Principal};
pub use error::IamError;
pub use file::{OpenError, SaveError};
pub use iam::Iam;
pub use policy::{Effect, PolicyError, ResourcePolicy, Statement, matches_pattern};
pub use principals::{Role, User};
