//! Everything that a statement can ask about one request: who, what, on what, from where, when.

use std::borrow::Cow;
use std::time::SystemTime;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::access::AccessRequest;
use crate::caller::{Caller, Principal};
use crate::policy::key::ContextKey;

/// A request, its sender, and what is known of both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) request: &'a AccessRequest<'a>,
    /// Tags of the user or role, then those of the session, which win.
    pub(crate) principal_tags: [&'a [(String, String)]; 2],
    /// When the temporary credentials were issued; `None` for a user's own key.
    pub(crate) token_issued_at: Option<SystemTime>,
    pub(crate) now: SystemTime,
}

/// What a request has for a key.
#[derive(Debug)]
pub(crate) enum Values<'a> {
    Absent,
    One(Cow<'a, str>),
    Many(&'a [String]),
}

impl<'a> Situation<'a> {
    /// What it has for a key.
    pub(crate) fn values(&self, key: &ContextKey) -> Values<'a> {
        match self.handed_in(key) {
            Some([one]) => return Values::One(Cow::Borrowed(one)),
            Some(many) => return Values::Many(many),
            None => {}
        }
        self.one(key).map_or(Values::Absent, Values::One)
    }

    /// What the service handed in for a key, or in a simulation whoever asks.
    fn handed_in(&self, key: &ContextKey) -> Option<&'a [String]> {
        let context = self.request.context;
        match key {
            ContextKey::Named(name) => context.named(name),
            _ if context.is_simulated() => context.named(&key.name()),
            _ => None,
        }
    }

    /// The one value of a key, as variables stand for it.
    pub(crate) fn one(&self, key: &ContextKey) -> Option<Cow<'a, str>> {
        let context = self.request.context;
        if let Some([one]) = self.handed_in(key) {
            return Some(Cow::Borrowed(one));
        }
        match key {
            ContextKey::PrincipalArn
            | ContextKey::PrincipalAccount
            | ContextKey::PrincipalType
            | ContextKey::UserId
            | ContextKey::UserName => of_principal(self.caller, key),
            ContextKey::SourceIp => context.source_ip().map(|address| Cow::Owned(address.to_string())),
            ContextKey::CurrentTime => Some(Cow::Owned(iso_8601(self.now))),
            ContextKey::EpochTime => Some(Cow::Owned(epoch_seconds(self.now).to_string())),
            ContextKey::SecureTransport => context.secure_transport().map(truth),
            ContextKey::UserAgent => context.user_agent().map(Cow::Borrowed),
            ContextKey::Referer => context.referer().map(Cow::Borrowed),
            ContextKey::RequestedRegion => {
                let of_arn = || part_of_arn(self.request.resource, 3);
                context.region().or_else(of_arn).or_else(|| context.signed_region()).map(Cow::Borrowed)
            }
            ContextKey::ResourceAccount => part_of_arn(self.request.resource, 4).map(Cow::Borrowed),
            ContextKey::TokenIssueTime => self.token_issued_at.map(|time| Cow::Owned(iso_8601(time))),
            ContextKey::MultiFactorAuthPresent => self.token_issued_at.map(|_| truth(false)),
            ContextKey::AlwaysFalse(_) => Some(truth(false)),
            ContextKey::PrincipalTag(tag) => self
                .principal_tags
                .into_iter()
                .rev()
                .flatten()
                .find(|(key, _)| key.eq_ignore_ascii_case(tag))
                .map(|(_, value)| Cow::Borrowed(value.as_str())),
            ContextKey::ResourceTag(tag) => context.resource_tag(tag).map(Cow::Borrowed),
            ContextKey::Named(_) | ContextKey::Absent(_) => None,
        }
    }
}

fn of_principal<'a>(caller: &'a Caller, key: &ContextKey) -> Option<Cow<'a, str>> {
    let borrowed = |text: &'a str| Some(Cow::Borrowed(text));
    match (key, &caller.principal) {
        (ContextKey::PrincipalType, Principal::Account) => borrowed("Account"),
        (ContextKey::PrincipalType, Principal::User { .. }) => borrowed("User"),
        (ContextKey::PrincipalType, Principal::AssumedRole { .. }) => borrowed("AssumedRole"),
        (ContextKey::PrincipalType, Principal::Anonymous) => borrowed("Anonymous"),
        (ContextKey::UserId, Principal::Anonymous) => borrowed("anonymous"),
        (_, Principal::Anonymous | Principal::Service { .. }) => None,
        (ContextKey::PrincipalArn, Principal::AssumedRole { role_arn, .. }) => borrowed(role_arn),
        (ContextKey::PrincipalArn, _) => borrowed(&caller.arn),
        (ContextKey::PrincipalAccount, _) | (ContextKey::UserId, Principal::Account) => {
            borrowed(&caller.account_id)
        }
        (ContextKey::UserId, Principal::User { id, .. }) => borrowed(id),
        (ContextKey::UserId, Principal::AssumedRole { role_id, session_name, .. }) => {
            Some(Cow::Owned(format!("{role_id}:{session_name}")))
        }
        (ContextKey::UserName, Principal::User { name, .. }) => borrowed(name),
        _ => None,
    }
}

fn truth(value: bool) -> Cow<'static, str> {
    Cow::Borrowed(if value { "true" } else { "false" })
}

/// A part of an ARN, counted from 0; `None` when it is empty or there is none.
fn part_of_arn(arn: &str, index: usize) -> Option<&str> {
    arn.splitn(6, ':').nth(index).filter(|part| !part.is_empty() && arn.starts_with("arn:"))
}

fn epoch_seconds(time: SystemTime) -> i64 {
    alluvium_clock::millis_of(time).div_euclid(1_000)
}

fn iso_8601(time: SystemTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    OffsetDateTime::from(time).format(&form).unwrap_or_default()
}
