//! CreateRole, GetRole, ListRoles, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole, and
//! ListInstanceProfilesForRole, of which there are none.

use alluvium_aws_query::Document;

use crate::directory::NewRole;
use crate::document::StoredRole;
use crate::limits::MAX_SESSION_SECS_DEFAULT;
use crate::operations::members as m;
use crate::wire::{Call, Form, Input, Member, Operation, Outcome, Target, optional, page, required};

const DESCRIPTION: Member = optional("Description", Form::Description);
const NEW_DESCRIPTION: Member = required("Description", Form::Description);
const MAX_SESSION: Member = optional("MaxSessionDuration", Form::Integer { min: 3_600, max: 43_200 });

pub(crate) const ROLES: &[Operation] = &[
    Operation {
        name: "CreateRole",
        members: &[m::PATH, m::ROLE, m::TRUST_POLICY, DESCRIPTION, MAX_SESSION, m::BOUNDARY, m::NEW_TAGS],
        target: Target::Role,
        run: create,
    },
    Operation { name: "GetRole", members: &[m::ROLE], target: Target::Role, run: get },
    Operation {
        name: "ListRoles",
        members: &[m::PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::Roles,
        run: list,
    },
    Operation {
        name: "UpdateRole",
        members: &[m::ROLE, DESCRIPTION, MAX_SESSION],
        target: Target::Role,
        run: update,
    },
    Operation {
        name: "UpdateRoleDescription",
        members: &[m::ROLE, NEW_DESCRIPTION],
        target: Target::Role,
        run: update_description,
    },
    Operation {
        name: "UpdateAssumeRolePolicy",
        members: &[m::ROLE, m::POLICY_DOCUMENT],
        target: Target::Role,
        run: update_trust_policy,
    },
    Operation { name: "DeleteRole", members: &[m::ROLE], target: Target::Role, run: delete },
    Operation {
        name: "ListInstanceProfilesForRole",
        members: &[m::ROLE, m::MARKER, m::MAX_ITEMS],
        target: Target::Role,
        run: list_instance_profiles,
    },
];

fn session_secs(input: &Input) -> Option<u32> {
    input.integer("MaxSessionDuration").and_then(|secs| u32::try_from(secs).ok())
}

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let tags = input.tags();
    let new = NewRole {
        name: input.required("RoleName"),
        path: input.text("Path").unwrap_or("/"),
        description: input.text("Description").unwrap_or_default(),
        max_session_secs: session_secs(input).unwrap_or(MAX_SESSION_SECS_DEFAULT),
        trust_policy: input.required("AssumeRolePolicyDocument"),
        tags: &tags,
        permissions_boundary: input.text("PermissionsBoundary"),
    };
    let role = call.iam.change(|document, now_millis| {
        document.create_role(call.iam.account_id(), &new, now_millis)?;
        Ok(document.role_named(new.name)?.clone())
    })?;
    Ok(Some(Document::structure([("Role", call.show_role(&role, true))])))
}

fn get(call: &Call<'_>, input: &Input) -> Outcome {
    let role = call.document.role_named(input.required("RoleName"))?;
    Ok(Some(Document::structure([("Role", call.show_role(role, true))])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let roles = call.document.roles.iter().filter(|role| role.path.starts_with(prefix));
    let page = page(input, roles.map(|role| (role.name.clone(), role)).collect())?;
    Ok(Some(page.answer("Roles", |role| call.show_role(role, false))))
}

/// Changes a role's description and the length of its sessions, as far as they are given.
fn change(call: &Call<'_>, input: &Input) -> Result<StoredRole, crate::wire::Fault> {
    let name = input.required("RoleName");
    Ok(call.iam.change(|document, _| {
        let role = document.role_mut(name)?;
        if let Some(description) = input.text("Description") {
            description.clone_into(&mut role.description);
        }
        role.max_session_secs = session_secs(input).unwrap_or(role.max_session_secs);
        Ok(role.clone())
    })?)
}

fn update(call: &Call<'_>, input: &Input) -> Outcome {
    change(call, input)?;
    Ok(Some(Document::Structure(Vec::new())))
}

fn update_description(call: &Call<'_>, input: &Input) -> Outcome {
    let role = change(call, input)?;
    Ok(Some(Document::structure([("Role", call.show_role(&role, true))])))
}

fn update_trust_policy(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, text) = (input.required("RoleName"), input.required("PolicyDocument"));
    call.iam.update_assume_role_policy(name, text)?;
    Ok(None)
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    call.iam.change(|document, _| document.delete_role(input.required("RoleName")))?;
    Ok(None)
}

fn list_instance_profiles(call: &Call<'_>, input: &Input) -> Outcome {
    call.document.role_named(input.required("RoleName"))?;
    let none: Vec<(String, Document)> = Vec::new();
    Ok(Some(page(input, none)?.answer("InstanceProfiles", |profile| profile)))
}
