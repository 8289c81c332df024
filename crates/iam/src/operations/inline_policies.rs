//! Put, Get, List and Delete of the inline policies of users, groups and roles.

use alluvium_aws_query::Document;

use crate::directory::Holder;
use crate::operations::members as m;
use crate::operations::show::encoded;
use crate::wire::{Call, Input, Operation, Outcome, Target, page};

pub(crate) const INLINE_POLICIES: &[Operation] = &[
    Operation {
        name: "PutUserPolicy",
        members: &[m::USER, m::POLICY_NAME, m::POLICY_DOCUMENT],
        target: Target::User,
        run: |call, input| put(call, input, user(input)),
    },
    Operation {
        name: "GetUserPolicy",
        members: &[m::USER, m::POLICY_NAME],
        target: Target::User,
        run: |call, input| get(call, input, user(input), "UserName"),
    },
    Operation {
        name: "ListUserPolicies",
        members: &[m::USER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| list(call, input, user(input)),
    },
    Operation {
        name: "DeleteUserPolicy",
        members: &[m::USER, m::POLICY_NAME],
        target: Target::User,
        run: |call, input| delete(call, input, user(input)),
    },
    Operation {
        name: "PutGroupPolicy",
        members: &[m::GROUP, m::POLICY_NAME, m::POLICY_DOCUMENT],
        target: Target::Group,
        run: |call, input| put(call, input, group(input)),
    },
    Operation {
        name: "GetGroupPolicy",
        members: &[m::GROUP, m::POLICY_NAME],
        target: Target::Group,
        run: |call, input| get(call, input, group(input), "GroupName"),
    },
    Operation {
        name: "ListGroupPolicies",
        members: &[m::GROUP, m::MARKER, m::MAX_ITEMS],
        target: Target::Group,
        run: |call, input| list(call, input, group(input)),
    },
    Operation {
        name: "DeleteGroupPolicy",
        members: &[m::GROUP, m::POLICY_NAME],
        target: Target::Group,
        run: |call, input| delete(call, input, group(input)),
    },
    Operation {
        name: "PutRolePolicy",
        members: &[m::ROLE, m::POLICY_NAME, m::POLICY_DOCUMENT],
        target: Target::Role,
        run: |call, input| put(call, input, role(input)),
    },
    Operation {
        name: "GetRolePolicy",
        members: &[m::ROLE, m::POLICY_NAME],
        target: Target::Role,
        run: |call, input| get(call, input, role(input), "RoleName"),
    },
    Operation {
        name: "ListRolePolicies",
        members: &[m::ROLE, m::MARKER, m::MAX_ITEMS],
        target: Target::Role,
        run: |call, input| list(call, input, role(input)),
    },
    Operation {
        name: "DeleteRolePolicy",
        members: &[m::ROLE, m::POLICY_NAME],
        target: Target::Role,
        run: |call, input| delete(call, input, role(input)),
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

fn put(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    let (name, text) = (input.required("PolicyName"), input.required("PolicyDocument"));
    call.iam.change(|document, _| document.put_inline_policy(holder, name, text))?;
    Ok(None)
}

fn get(call: &Call<'_>, input: &Input, holder: Holder<'_>, holder_name: &'static str) -> Outcome {
    let inline = call.document.inline_policy(holder, input.required("PolicyName"))?;
    Ok(Some(Document::structure([
        (holder_name, Document::text(input.required(holder_name))),
        ("PolicyName", Document::text(&inline.name)),
        ("PolicyDocument", encoded(inline.document.text())),
    ])))
}

fn list(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    let inline = &call.document.attachments(holder)?.inline;
    let names = inline.iter().map(|policy| (policy.name.clone(), policy.name.as_str()));
    Ok(Some(page(input, names.collect())?.answer("PolicyNames", Document::text)))
}

fn delete(call: &Call<'_>, input: &Input, holder: Holder<'_>) -> Outcome {
    call.iam.change(|document, _| document.delete_inline_policy(holder, input.required("PolicyName")))?;
    Ok(None)
}
