//! CreatePolicy, GetPolicy, ListPolicies, DeletePolicy.

use alluvium_aws_query::Document;

use crate::aws_managed::{self, AwsManagedPolicy};
use crate::directory::NewPolicy;
use crate::document::StoredPolicy;
use crate::operations::members as m;
use crate::wire::{Call, Form, Input, Member, Operation, Outcome, Target, optional, page};

const DESCRIPTION: Member = optional("Description", Form::Text { min: 0, max: 1_000 });
const SCOPE: Member = optional("Scope", Form::Words(&["All", "AWS", "Local"]));
const ONLY_ATTACHED: Member = optional("OnlyAttached", Form::Boolean);

pub(crate) const POLICIES: &[Operation] = &[
    Operation {
        name: "CreatePolicy",
        members: &[m::POLICY_NAME, m::POLICY_PATH, m::POLICY_DOCUMENT, DESCRIPTION, m::NEW_TAGS],
        target: Target::NewPolicy,
        run: create,
    },
    Operation { name: "GetPolicy", members: &[m::POLICY_ARN], target: Target::Policy, run: get },
    Operation {
        name: "ListPolicies",
        members: &[SCOPE, ONLY_ATTACHED, m::POLICY_PATH_PREFIX, m::USAGE_FILTER, m::MARKER, m::MAX_ITEMS],
        target: Target::Policies,
        run: list,
    },
    Operation { name: "DeletePolicy", members: &[m::POLICY_ARN], target: Target::Policy, run: delete },
];

/// A managed policy, whoever made it.
enum Policy<'a> {
    Aws(&'a AwsManagedPolicy),
    Own(&'a StoredPolicy),
}

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let tags = input.tags();
    let new = NewPolicy {
        name: input.required("PolicyName"),
        path: input.text("Path").unwrap_or("/"),
        description: input.text("Description").unwrap_or_default(),
        document: input.required("PolicyDocument"),
        tags: &tags,
    };
    let policy = call.iam.change(|document, now_millis| {
        let arn = document.create_policy(call.iam.account_id(), &new, now_millis)?;
        Ok(document.policy_of_arn(&arn)?.clone())
    })?;
    Ok(Some(Document::structure([("Policy", call.show_policy(&policy, true))])))
}

fn get(call: &Call<'_>, input: &Input) -> Outcome {
    let arn = input.required("PolicyArn");
    let policy = match aws_managed::by_arn(arn) {
        Some(policy) => call.show_aws_policy(policy, true),
        None => call.show_policy(call.document.policy_of_arn(arn)?, true),
    };
    Ok(Some(Document::structure([("Policy", policy)])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let scope = input.text("Scope").unwrap_or("All");
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let document = &call.document;
    let as_boundary = input.text("PolicyUsageFilter") == Some("PermissionsBoundary");
    let is_used = |arn: &str| {
        let uses = if as_boundary { document.boundary_count(arn) } else { document.attachment_count(arn) };
        uses > 0 || !(input.boolean("OnlyAttached") || as_boundary)
    };
    let of_aws = aws_managed::all().iter().filter(|_| scope != "Local");
    let of_aws = of_aws.filter(|policy| policy.path.starts_with(prefix) && is_used(&policy.arn));
    let own = document.policies.iter().filter(|_| scope != "AWS");
    let own = own.filter(|policy| policy.path.starts_with(prefix) && is_used(&policy.arn));
    let entries = of_aws
        .map(|policy| (policy.arn.clone(), Policy::Aws(policy)))
        .chain(own.map(|policy| (policy.arn.clone(), Policy::Own(policy))));
    Ok(Some(page(input, entries.collect())?.answer("Policies", |policy| match policy {
        Policy::Aws(policy) => call.show_aws_policy(policy, false),
        Policy::Own(policy) => call.show_policy(policy, false),
    })))
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    call.iam.change(|document, _| document.delete_policy(input.required("PolicyArn")))?;
    Ok(None)
}
