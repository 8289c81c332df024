//! The operations of IAM, a table for each kind of entity
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>).

mod access_keys;
mod account;
mod attached_policies;
mod boundaries;
mod groups;
mod inline_policies;
mod members;
mod policies;
mod policy_entities;
mod policy_versions;
mod roles;
mod show;
mod simulation;
mod tags;
mod users;

use crate::wire::Operation;

/// All of them.
pub(crate) const ALL: &[&[Operation]] = &[
    users::USERS,
    access_keys::ACCESS_KEYS,
    groups::GROUPS,
    roles::ROLES,
    inline_policies::INLINE_POLICIES,
    attached_policies::ATTACHED_POLICIES,
    policies::POLICIES,
    policy_versions::POLICY_VERSIONS,
    policy_entities::POLICY_ENTITIES,
    boundaries::BOUNDARIES,
    tags::TAGS,
    simulation::SIMULATION,
    account::ACCOUNT,
];

pub(crate) use simulation::read_session_policies;
