//! GetCallerIdentity and GetAccessKeyInfo, for which nobody needs a permission.

use alluvium_aws_query::Document;

use crate::wire::{Call, Fault, Input, Outcome};

#[expect(clippy::unnecessary_wraps, reason = "the table takes functions that may fail")]
pub(crate) fn get_caller_identity(call: &Call<'_>, _: &Input) -> Outcome {
    Ok(Some(Document::structure([
        ("UserId", Document::text(call.caller.user_id())),
        ("Account", Document::text(&*call.caller.account_id)),
        ("Arn", Document::text(&*call.caller.arn)),
    ])))
}

pub(crate) fn get_access_key_info(call: &Call<'_>, input: &Input) -> Outcome {
    let id = input.required("AccessKeyId");
    let is_known = call.document.access_key(id).is_some() || call.iam.issued_key(id).is_some();
    if !is_known {
        return Err(Fault::validation(format!("The access key {id} is not one of this account.")));
    }
    Ok(Some(Document::structure([("Account", Document::text(call.iam.account_id()))])))
}
