//! CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup, and who is in them.

use alluvium_aws_query::Document;

use crate::operations::members as m;
use crate::wire::{Call, Input, Operation, Outcome, Target, page};

pub(crate) const GROUPS: &[Operation] = &[
    Operation { name: "CreateGroup", members: &[m::PATH, m::GROUP], target: Target::Group, run: create },
    Operation {
        name: "GetGroup",
        members: &[m::GROUP, m::MARKER, m::MAX_ITEMS],
        target: Target::Group,
        run: get,
    },
    Operation {
        name: "ListGroups",
        members: &[m::PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::Groups,
        run: list,
    },
    Operation {
        name: "UpdateGroup",
        members: &[m::GROUP, m::NEW_PATH, m::NEW_GROUP_NAME],
        target: Target::Group,
        run: update,
    },
    Operation { name: "DeleteGroup", members: &[m::GROUP], target: Target::Group, run: delete },
    Operation { name: "AddUserToGroup", members: &[m::GROUP, m::USER], target: Target::Group, run: add_user },
    Operation {
        name: "RemoveUserFromGroup",
        members: &[m::GROUP, m::USER],
        target: Target::Group,
        run: remove_user,
    },
    Operation {
        name: "ListGroupsForUser",
        members: &[m::USER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: list_for_user,
    },
];

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, path) = (input.required("GroupName"), input.text("Path").unwrap_or("/"));
    let group = call.iam.change(|document, now_millis| {
        document.create_group(name, path, now_millis)?;
        Ok(document.group_named(name)?.clone())
    })?;
    Ok(Some(Document::structure([("Group", call.show_group(&group))])))
}

fn get(call: &Call<'_>, input: &Input) -> Outcome {
    let group = call.document.group_named(input.required("GroupName"))?;
    let members = group.members.iter().filter_map(|name| call.document.user(name));
    let page = page(input, members.map(|user| (user.name.clone(), user)).collect())?;
    let [truncated, marker] = page.tail();
    let users = page.items.into_iter().map(|user| call.show_user(user, false)).collect();
    Ok(Some(Document::structure([
        ("Group", call.show_group(group)),
        ("Users", Document::List(users)),
        truncated,
        marker,
    ])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let groups = call.document.groups.iter().filter(|group| group.path.starts_with(prefix));
    let page = page(input, groups.map(|group| (group.name.clone(), group)).collect())?;
    Ok(Some(page.answer("Groups", |group| call.show_group(group))))
}

fn update(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, new_name) = (input.required("GroupName"), input.text("NewGroupName"));
    call.iam.change(|document, _| document.update_group(name, new_name, input.text("NewPath")))?;
    Ok(None)
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    call.iam.change(|document, _| document.delete_group(input.required("GroupName")))?;
    Ok(None)
}

fn add_user(call: &Call<'_>, input: &Input) -> Outcome {
    let (group, user) = (input.required("GroupName"), input.required("UserName"));
    call.iam.change(|document, _| document.add_user_to_group(group, user))?;
    Ok(None)
}

fn remove_user(call: &Call<'_>, input: &Input) -> Outcome {
    let (group, user) = (input.required("GroupName"), input.required("UserName"));
    call.iam.change(|document, _| document.remove_user_from_group(group, user))?;
    Ok(None)
}

fn list_for_user(call: &Call<'_>, input: &Input) -> Outcome {
    let user = call.document.user_named(input.required("UserName"))?;
    let groups = call.document.groups_of(&user.name).map(|group| (group.name.clone(), group));
    Ok(Some(page(input, groups.collect())?.answer("Groups", |group| call.show_group(group))))
}
