//! Users, groups, roles, policies and access keys: who is calling, and what they may do.
//!
//! [`Iam`] holds the principals and their policies, durably; [`Authenticator`] turns a signed request into a [`Caller`] or into the
//! error that AWS would give; [`Authorizer`] decides what a [`Caller`] may do, from the policies of callers and of resources;
//! [`IamService`] and [`StsService`] are what IAM's and STS's clients talk to.
//!
//! What must stay true: secrets are never printed, neither by `Debug` nor in an error; a change is on disk before anybody can
//! use it; a policy that is taken is enforced in full.

mod access;
mod arn;
mod authenticator;
mod aws_managed;
mod caller;
mod context;
mod decision;
mod directory;
mod document;
mod error;
mod file;
mod grants;
mod iam;
mod issued_key;
mod limits;
mod migration;
mod operations;
mod policy;
mod principals;
mod provisioning;
mod random;
mod sessions;
mod sts;
mod vouched;
mod wire;

pub use access::{AccessDenied, AccessRequest, Authorizer};
pub use authenticator::{AuthError, AuthMode, Authenticator};
pub use aws_managed::ADMINISTRATOR_ACCESS;
pub use caller::{Caller, Principal};
pub use context::{ClientConnection, RequestContext, RequestOrigin};
pub use decision::DenialReason;
pub use error::IamError;
pub use file::{OpenError, SaveError};
pub use iam::Iam;
pub use policy::{
    Effect, IdentityPolicy, PolicyError, ResourcePolicy, Statement, TrustPolicy, matches_pattern,
};
pub use principals::{GivenPolicy, Role, User};
pub use sessions::API_GATEWAY;
pub use vouched::Vouched;
pub use wire::{IamService, StsService};
