//! CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed.
//!
//! What must stay true: a secret is answered once, to whoever made its key.

use alluvium_aws_query::Document;
use secrecy::ExposeSecret;

use crate::operations::members as m;
use crate::operations::show::time;
use crate::wire::{Call, Form, Input, Member, Operation, Outcome, Target, page, required};

const STATUS: Member = required("Status", Form::Words(&["Active", "Inactive"]));

pub(crate) const ACCESS_KEYS: &[Operation] = &[
    Operation { name: "CreateAccessKey", members: &[m::USER_OR_CALLER], target: Target::User, run: create },
    Operation {
        name: "ListAccessKeys",
        members: &[m::USER_OR_CALLER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: list,
    },
    Operation {
        name: "UpdateAccessKey",
        members: &[m::USER_OR_CALLER, m::ACCESS_KEY_ID, STATUS],
        target: Target::User,
        run: update,
    },
    Operation {
        name: "DeleteAccessKey",
        members: &[m::USER_OR_CALLER, m::ACCESS_KEY_ID],
        target: Target::User,
        run: delete,
    },
    Operation {
        name: "GetAccessKeyLastUsed",
        members: &[m::ACCESS_KEY_ID],
        target: Target::UserOfKey,
        run: last_used,
    },
];

fn status(active: bool) -> Document {
    Document::text(if active { "Active" } else { "Inactive" })
}

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let user_name = call.user_name(input)?;
    let key = call.iam.create_access_key(user_name)?;
    let document = call.iam.document();
    let created_millis = document.access_key(&key.access_key_id).map(|(_, stored)| stored.created_millis);
    let shown = Document::structure([
        ("UserName", Document::text(user_name)),
        ("AccessKeyId", Document::text(&key.access_key_id)),
        ("Status", status(true)),
        ("SecretAccessKey", Document::text(key.secret_access_key.expose_secret())),
        ("CreateDate", Document::or_null(created_millis.map(time))),
    ]);
    Ok(Some(Document::structure([("AccessKey", shown)])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let user = call.document.user_named(call.user_name(input)?)?;
    let keys = user.access_keys.iter().map(|key| (key.access_key_id.clone(), key)).collect();
    Ok(Some(page(input, keys)?.answer("AccessKeyMetadata", |key| {
        Document::structure([
            ("UserName", Document::text(&user.name)),
            ("AccessKeyId", Document::text(&key.access_key_id)),
            ("Status", status(key.active)),
            ("CreateDate", time(key.created_millis)),
        ])
    })))
}

fn update(call: &Call<'_>, input: &Input) -> Outcome {
    let (user_name, id) = (call.user_name(input)?, input.required("AccessKeyId"));
    let active = input.required("Status") == "Active";
    call.iam.change(|document, _| document.set_access_key_status(user_name, id, active))?;
    Ok(None)
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    let (user_name, id) = (call.user_name(input)?, input.required("AccessKeyId"));
    call.iam.change(|document, _| document.delete_access_key(user_name, id))?;
    Ok(None)
}

fn last_used(call: &Call<'_>, input: &Input) -> Outcome {
    let id = input.required("AccessKeyId");
    let (user, _) = call.document.access_key(id).ok_or_else(|| crate::error::IamError::no_access_key(id))?;
    let (millis, service, region) = match call.iam.issued_key(id).and_then(|key| key.last_used.get()) {
        Some((millis, service, region)) => (time(millis), service, region),
        None => (Document::Null, "N/A".to_owned(), "N/A".to_owned()),
    };
    let last_used = [
        ("LastUsedDate", millis),
        ("ServiceName", Document::text(service)),
        ("Region", Document::text(region)),
    ];
    Ok(Some(Document::structure([
        ("UserName", Document::text(&user.name)),
        ("AccessKeyLastUsed", Document::structure(last_used)),
    ])))
}
