//! Temporary credentials as answers carry them: the one place where a session's secret leaves this crate.

use alluvium_aws_query::Document;
use secrecy::ExposeSecret;

use crate::issued_key::IssuedKey;
use crate::wire::Input;

/// How long a request wants the token to be at least.
pub(crate) fn token_chars_min(input: &Input) -> usize {
    input.integer("MinimumSessionTokenSize").and_then(|chars| usize::try_from(chars).ok()).unwrap_or(0)
}

pub(crate) fn show(key: &IssuedKey) -> Document {
    let (token, expires_at) = match &key.session {
        Some(session) => (session.token.as_str(), alluvium_clock::millis_of(session.expires_at)),
        None => ("", 0),
    };
    Document::structure([
        ("AccessKeyId", Document::text(&*key.caller.access_key_id)),
        ("SecretAccessKey", Document::text(key.secret_access_key.expose_secret())),
        ("SessionToken", Document::text(token)),
        ("Expiration", Document::Timestamp(expires_at.div_euclid(1_000) * 1_000)),
    ])
}
