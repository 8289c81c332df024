//! IAM and STS as their clients speak to them: forms in, XML out. What an operation is made of (its members and their forms, what
//! it works on, its work) stands in one table for each service.

mod fault;
mod form;
mod input;
mod operation;
mod page;
mod service;

pub(crate) use fault::Fault;
pub(crate) use form::Form;
pub(crate) use input::{Input, member_text};
pub(crate) use operation::{Call, Member, Operation, Outcome, Target, optional, required};
pub(crate) use page::page;
pub use service::{IamService, StsService};
