//! CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser.

use alluvium_aws_query::Document;

use crate::caller::Principal;
use crate::directory::NewUser;
use crate::operations::members as m;
use crate::operations::show::time;
use crate::wire::{Call, Input, Operation, Outcome, Target, page};

pub(crate) const USERS: &[Operation] = &[
    Operation {
        name: "CreateUser",
        members: &[m::PATH, m::SHORT_USER, m::BOUNDARY, m::NEW_TAGS],
        target: Target::User,
        run: create,
    },
    Operation { name: "GetUser", members: &[m::USER_OR_CALLER], target: Target::User, run: get },
    Operation {
        name: "ListUsers",
        members: &[m::PATH_PREFIX, m::MARKER, m::MAX_ITEMS],
        target: Target::Users,
        run: list,
    },
    Operation {
        name: "UpdateUser",
        members: &[m::USER, m::NEW_PATH, m::NEW_USER_NAME],
        target: Target::User,
        run: update,
    },
    Operation { name: "DeleteUser", members: &[m::USER], target: Target::User, run: delete },
];

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let tags = input.tags();
    let new = NewUser {
        name: input.required("UserName"),
        path: input.text("Path").unwrap_or("/"),
        tags: &tags,
        permissions_boundary: input.text("PermissionsBoundary"),
    };
    let user = call.iam.change(|document, now_millis| {
        document.create_user(&new, now_millis)?;
        Ok(document.user_named(new.name)?.clone())
    })?;
    Ok(Some(Document::structure([("User", call.show_user(&user, true))])))
}

fn get(call: &Call<'_>, input: &Input) -> Outcome {
    if input.text("UserName").is_none() && call.caller.principal == Principal::Account {
        // The account's own user has neither name nor path.
        let user = Document::structure([
            ("Path", Document::text("/")),
            ("UserId", Document::text(call.iam.account_id())),
            ("Arn", Document::text(&*call.caller.arn)),
            ("CreateDate", time(0)),
        ]);
        return Ok(Some(Document::structure([("User", user)])));
    }
    let user = call.document.user_named(call.user_name(input)?)?;
    Ok(Some(Document::structure([("User", call.show_user(user, true))])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let users = call.document.users.iter().filter(|user| user.path.starts_with(prefix));
    let page = page(input, users.map(|user| (user.name.clone(), user)).collect())?;
    Ok(Some(page.answer("Users", |user| call.show_user(user, false))))
}

fn update(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, new_path) = (input.required("UserName"), input.text("NewPath"));
    let new_name = input.text("NewUserName");
    call.iam.change(|document, _| document.update_user(name, new_name, new_path))?;
    Ok(None)
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    call.iam.change(|document, _| document.delete_user(input.required("UserName")))?;
    Ok(None)
}
