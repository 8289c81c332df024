//! ListEntitiesForPolicy: who has a managed policy.

use alluvium_aws_query::Document;

use crate::aws_managed;
use crate::operations::members as m;
use crate::wire::{Call, Form, Input, Member, Operation, Outcome, Target, optional, page};

const ENTITY_FILTER: Member = optional(
    "EntityFilter",
    Form::Words(&["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]),
);
const ENTITY_PATH_PREFIX: Member = optional("PathPrefix", Form::Path);

pub(crate) const POLICY_ENTITIES: &[Operation] = &[Operation {
    name: "ListEntitiesForPolicy",
    members: &[m::POLICY_ARN, ENTITY_FILTER, ENTITY_PATH_PREFIX, m::USAGE_FILTER, m::MARKER, m::MAX_ITEMS],
    target: Target::Policy,
    run: list,
}];

/// Groups, users and roles, in the order of an answer.
const KINDS: [(&str, &str, &str, &str); 3] = [
    ("Group", "PolicyGroups", "GroupName", "GroupId"),
    ("User", "PolicyUsers", "UserName", "UserId"),
    ("Role", "PolicyRoles", "RoleName", "RoleId"),
];

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let arn = input.required("PolicyArn");
    if aws_managed::by_arn(arn).is_none() {
        call.document.policy_of_arn(arn)?;
    }
    let page = page(input, entities(call, input, arn))?;
    let [truncated, marker] = page.tail();
    let list = |(wanted, name, name_member, id_member): (&str, &'static str, &'static str, &'static str)| {
        let of_kind = page.items.iter().filter(|(kind, ..)| *kind == wanted);
        let shown = of_kind.map(|(_, name, id)| {
            Document::structure([(name_member, Document::text(name)), (id_member, Document::text(id))])
        });
        (name, Document::List(shown.collect()))
    };
    let [groups, users, roles] = KINDS.map(list);
    Ok(Some(Document::structure([groups, users, roles, truncated, marker])))
}

type Entity = (&'static str, String, String);

/// Kind, name and id of everybody who has the policy, ordered by kind and name.
fn entities(call: &Call<'_>, input: &Input, arn: &str) -> Vec<(String, Entity)> {
    let filter = input.text("EntityFilter");
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let usage = input.text("PolicyUsageFilter");
    let (attached, as_boundary) = (usage != Some("PermissionsBoundary"), usage != Some("PermissionsPolicy"));
    let is_boundary = |boundary: &Option<String>| as_boundary && boundary.as_deref() == Some(arn);
    let document = &call.document;
    let mut found = Vec::new();
    let mut note = |kind: &'static str, path: &str, name: &str, id: &str| {
        if filter.is_none_or(|filter| filter == kind) && path.starts_with(prefix) {
            found.push((format!("{kind}/{name}"), (kind, name.to_owned(), id.to_owned())));
        }
    };
    for group in document.groups.iter().filter(|group| attached && group.attachments.has(arn)) {
        note("Group", &group.path, &group.name, &group.id);
    }
    for user in &document.users {
        if attached && user.attachments.has(arn) || is_boundary(&user.permissions_boundary) {
            note("User", &user.path, &user.name, &user.id);
        }
    }
    for role in &document.roles {
        if attached && role.attachments.has(arn) || is_boundary(&role.permissions_boundary) {
            note("Role", &role.path, &role.name, &role.id);
        }
    }
    found
}
