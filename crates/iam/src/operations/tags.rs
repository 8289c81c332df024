//! Tag, Untag and List tags of users, roles and policies.

use alluvium_aws_query::Document;

use crate::directory::{remove_tags, set_tags};
use crate::document::{Document as Account, Tags};
use crate::error::IamError;
use crate::operations::members as m;
use crate::operations::show;
use crate::wire::{Call, Input, Operation, Outcome, Target, page};

pub(crate) const TAGS: &[Operation] = &[
    Operation {
        name: "TagUser",
        members: &[m::USER, m::TAGS],
        target: Target::User,
        run: |call, input| tag(call, input, user_mut),
    },
    Operation {
        name: "UntagUser",
        members: &[m::USER, m::TAG_KEYS],
        target: Target::User,
        run: |call, input| untag(call, input, user_mut),
    },
    Operation {
        name: "ListUserTags",
        members: &[m::USER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| list(input, user(call, input)?),
    },
    Operation {
        name: "TagRole",
        members: &[m::ROLE, m::TAGS],
        target: Target::Role,
        run: |call, input| tag(call, input, role_mut),
    },
    Operation {
        name: "UntagRole",
        members: &[m::ROLE, m::TAG_KEYS],
        target: Target::Role,
        run: |call, input| untag(call, input, role_mut),
    },
    Operation {
        name: "ListRoleTags",
        members: &[m::ROLE, m::MARKER, m::MAX_ITEMS],
        target: Target::Role,
        run: |call, input| list(input, role(call, input)?),
    },
    Operation {
        name: "TagPolicy",
        members: &[m::POLICY_ARN, m::TAGS],
        target: Target::Policy,
        run: |call, input| tag(call, input, policy_mut),
    },
    Operation {
        name: "UntagPolicy",
        members: &[m::POLICY_ARN, m::TAG_KEYS],
        target: Target::Policy,
        run: |call, input| untag(call, input, policy_mut),
    },
    Operation {
        name: "ListPolicyTags",
        members: &[m::POLICY_ARN, m::MARKER, m::MAX_ITEMS],
        target: Target::Policy,
        run: |call, input| list(input, policy(call, input)?),
    },
];

/// Finds the tags of what a request names.
type Find = for<'a> fn(&'a mut Account, &Input) -> Result<&'a mut Tags, IamError>;

fn user_mut<'a>(account: &'a mut Account, input: &Input) -> Result<&'a mut Tags, IamError> {
    Ok(&mut account.user_mut(input.required("UserName"))?.tags)
}

fn role_mut<'a>(account: &'a mut Account, input: &Input) -> Result<&'a mut Tags, IamError> {
    Ok(&mut account.role_mut(input.required("RoleName"))?.tags)
}

fn policy_mut<'a>(account: &'a mut Account, input: &Input) -> Result<&'a mut Tags, IamError> {
    Ok(&mut account.policy_mut(input.required("PolicyArn"))?.tags)
}

fn user(call: &Call<'_>, input: &Input) -> Result<Tags, IamError> {
    Ok(call.document.user_named(input.required("UserName"))?.tags.clone())
}

fn role(call: &Call<'_>, input: &Input) -> Result<Tags, IamError> {
    Ok(call.document.role_named(input.required("RoleName"))?.tags.clone())
}

fn policy(call: &Call<'_>, input: &Input) -> Result<Tags, IamError> {
    Ok(call.document.policy_of_arn(input.required("PolicyArn"))?.tags.clone())
}

fn tag(call: &Call<'_>, input: &Input, find: Find) -> Outcome {
    let new = input.tags();
    call.iam.change(|account, _| set_tags(find(account, input)?, &new))?;
    Ok(None)
}

fn untag(call: &Call<'_>, input: &Input, find: Find) -> Outcome {
    let keys = input.texts("TagKeys");
    call.iam.change(|account, _| {
        remove_tags(find(account, input)?, &keys);
        Ok(())
    })?;
    Ok(None)
}

fn list(input: &Input, tags: Tags) -> Outcome {
    let page = page(input, tags.into_iter().map(|tag| (tag.0.clone(), tag)).collect())?;
    let [truncated, marker] = page.tail();
    Ok(Some(Document::structure([("Tags", show::tags(&page.items)), truncated, marker])))
}
