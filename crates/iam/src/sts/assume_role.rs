//! AssumeRole (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>).
//!
//! What must stay true: the role's trust policy decides who may, the session's policies only take away.

use std::sync::Arc;
use std::time::Duration;

use alluvium_aws_query::Document;

use crate::access::AccessRequest;
use crate::authenticator::AuthMode;
use crate::caller::Principal;
use crate::directory::without_spaces;
use crate::document::StoredRole;
use crate::error::IamError;
use crate::grants::default_version;
use crate::limits::{PACKED_SESSION_CHARS_MAX, SESSION_POLICY_ARNS_MAX, SESSION_POLICY_CHARS_MAX};
use crate::operations::read_session_policies;
use crate::policy::IdentityPolicy;
use crate::sessions::NewSession;
use crate::sts::credentials;
use crate::wire::{Call, Fault, Input, Outcome, member_text};

/// Seconds that a session lasts when the request does not say, and at most when a session begins another.
const SECONDS_DEFAULT: i64 = 3_600;

pub(crate) fn assume_role(call: &Call<'_>, input: &Input) -> Outcome {
    refuse_what_is_not_there(input)?;
    let role_arn = input.required("RoleArn");
    let session_name = input.required("RoleSessionName");
    may(call, input, role_arn)?;
    let role = call.iam.stored_role(&call.document, role_arn).ok_or_else(|| IamError::no_role(role_arn))?;
    let seconds = seconds(call, input, role)?;
    check_packed(input)?;
    let policies = session_policies(call, input)?;
    let mut tags = Vec::new();
    crate::directory::set_tags(&mut tags, &input.tags())?;
    let new = NewSession {
        life: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
        policies,
        tags,
        of_service: false,
        token_chars_min: credentials::token_chars_min(input),
    };
    let key = call.iam.begin(call.iam.caller_in(role, session_name), new)?;
    let user = Document::structure([
        ("AssumedRoleId", Document::text(key.caller.user_id())),
        ("Arn", Document::text(&*key.caller.arn)),
    ]);
    Ok(Some(Document::structure([("AssumedRoleUser", user), ("Credentials", credentials::show(&key))])))
}

/// Members that would change what is allowed, and for which there is nothing here.
fn refuse_what_is_not_there(input: &Input) -> Result<(), Fault> {
    if input.text("SerialNumber").is_some() || input.text("TokenCode").is_some() {
        return Err(Fault::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ));
    }
    for name in ["SourceIdentity", "ProvidedContexts", "TransitiveTagKeys"] {
        if input.text(name).is_some_and(|text| !text.is_empty()) || !input.items(name).is_empty() {
            return Err(Fault::validation(format!("{name} is not supported by this server: leave it out.")));
        }
    }
    Ok(())
}

fn may(call: &Call<'_>, input: &Input, role_arn: &str) -> Result<(), Fault> {
    if call.authorizer.mode() == AuthMode::Any {
        // Nobody has proved who they are, so there is nobody to trust or not.
        return Ok(());
    }
    let mut context = call.context.clone().with("sts:RoleSessionName", input.required("RoleSessionName"));
    if let Some(external_id) = input.text("ExternalId") {
        context = context.with("sts:ExternalId", external_id);
    }
    let tags = input.tags();
    for (key, value) in &tags {
        context = context.with(&format!("aws:RequestTag/{key}"), value.clone());
    }
    context = context.with_all("aws:TagKeys", tags.iter().map(|(key, _)| key.clone()));
    let standing = call.authorizer.standing(call.caller);
    let mut actions = vec!["sts:AssumeRole"];
    if !tags.is_empty() {
        actions.push("sts:TagSession");
    }
    for action in actions {
        let request = AccessRequest::new(action, role_arn).in_context(&context);
        call.iam.may_assume(call.caller, &standing, &request)?;
    }
    Ok(())
}

fn seconds(call: &Call<'_>, input: &Input, role: &StoredRole) -> Result<i64, Fault> {
    let seconds = input.integer("DurationSeconds").unwrap_or(SECONDS_DEFAULT);
    if matches!(call.caller.principal, Principal::AssumedRole { .. }) && seconds > SECONDS_DEFAULT {
        return Err(Fault::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > i64::from(role.max_session_secs) {
        return Err(Fault::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(seconds)
}

/// A session is kept in memory with its policy and its tags.
fn check_packed(input: &Input) -> Result<(), Fault> {
    let policy = input.text("Policy").map_or(0, without_spaces);
    let tags: usize =
        input.tags().iter().map(|(key, value)| key.chars().count() + value.chars().count()).sum();
    if policy + tags > PACKED_SESSION_CHARS_MAX {
        return Err(too_large(format!(
            "The session policy and the session tags are over {PACKED_SESSION_CHARS_MAX} characters together."
        )));
    }
    Ok(())
}

fn too_large(message: String) -> Fault {
    Fault::new(http::StatusCode::BAD_REQUEST, "PackedPolicyTooLarge", message)
}

/// What the session may do at most; `None` when the request does not limit it.
fn session_policies(call: &Call<'_>, input: &Input) -> Result<Option<Vec<Arc<IdentityPolicy>>>, Fault> {
    let arns = input.items("PolicyArns");
    let inline = input.text("Policy");
    if arns.is_empty() && inline.is_none() {
        return Ok(None);
    }
    if arns.len() > SESSION_POLICY_ARNS_MAX
        || inline.is_some_and(|text| without_spaces(text) > SESSION_POLICY_CHARS_MAX)
    {
        return Err(too_large(format!(
            "The session policy is over {SESSION_POLICY_CHARS_MAX} characters, or there are over {SESSION_POLICY_ARNS_MAX} policy ARNs."
        )));
    }
    let mut policies = Vec::new();
    for arn in arns {
        let arn = member_text(arn, "arn").unwrap_or_default();
        let policy = default_version(&call.document, arn);
        policies.push(policy.ok_or_else(|| {
            Fault::validation(format!("PolicyArn {arn} is not a managed policy that is here."))
        })?);
    }
    if let Some(text) = inline {
        policies.extend(read_session_policies(&[text.to_owned()])?);
    }
    Ok(Some(policies))
}
