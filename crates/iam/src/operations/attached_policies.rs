//! Attach, Detach and ListAttached of the managed policies of users, groups and roles.

use crate::arn;
use crate::directory::Holder;
use crate::operations::members as m;
use crate::wire::{Call, Input, Operation, Outcome, Target, page};

pub(crate) const ATTACHED_POLICIES: &[Operation] = &[
    Operation {
        name: "AttachUserPolicy",
        members: &[m::SHORT_USER, m::POLICY_ARN],
        target: Target::User,
        run: |call, input| attach(call, input, user(input)),
    },
    Operation {
        name: "DetachUserPolicy",
        members: &[m::SHORT_USER, m::POLICY_ARN],
        target: Target::User,
        run: |call, input| detach(call, input, user(input)),
    },
    Operation {
        name: "ListAttachedUserPolicies",
        members: &[m::SHORT_USER, m::POLICY_PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| list(call, input, user(input)),
    },
    Operation {
        name: "AttachGroupPolicy",
        members: &[m::GROUP, m::POLICY_ARN],
        target: Target::Group,
        run: |call, input| attach(call, input, group(input)),
    },
    Operation {
        name: "DetachGroupPolicy",
        members: &[m::GROUP, m::POLICY_ARN],
        target: Target::Group,
        run: |call, input| detach(call, input, group(input)),
    },
    Operation {
        name: "ListAttachedGroupPolicies",
        members: &[m::GROUP, m::POLICY_PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::Group,
        run: |call, input| list(call, input, group(input)),
    },
    Operation {
        name: "AttachRolePolicy",
        members: &[m::ROLE, m::POLICY_ARN],
        target: Target::Role,
        run: |call, input| attach(call, input, role(input)),
    },
    Operation {
        name: "DetachRolePolicy",
        members: &[m::ROLE, m::POLICY_ARN],
        target: Target::Role,
        run: |call, input| detach(call, input, role(input)),
    },
    Operation {
        name: "ListAttachedRolePolicies",
        members: &[m::ROLE, m::POLICY_PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::Role,
        run: |call, input| list(call, input, role(input)),
    },
];

fn user(input: &Input) -> Holder<'_> {
    Holder::User(input.required("UserName"))
}

fn group(input: &Input) -> Holder<'_> {
    Holder::Group(input.required("GroupName"))
}

fn role(input: &Input) -> Holder<'_> {
    Holder::Role(input.required("RoleName"))
}

fn attach(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    call.iam.change(|document, _| document.attach_policy(holder, input.required("PolicyArn")))?;
    Ok(None)
}

fn detach(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    call.iam.change(|document, _| document.detach_policy(holder, input.required("PolicyArn")))?;
    Ok(None)
}

fn list(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let attached = &call.document.attachments(holder)?.managed_arns;
    let below = attached.iter().filter(|policy_arn| arn::path_of_policy(policy_arn).starts_with(prefix));
    let entries = below.map(|policy_arn| (policy_arn.clone(), policy_arn.as_str())).collect();
    Ok(Some(page(input, entries)?.answer("AttachedPolicies", |policy_arn| call.show_attached(policy_arn))))
}
