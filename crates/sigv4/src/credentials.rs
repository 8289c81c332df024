//! An access key: who signs, and with what.
//!
//! What must stay true: neither the secret nor the session token is ever printed.

use std::fmt;

use secrecy::SecretString;

/// An access key id with its secret, and the session token when the key is temporary.
#[derive(Clone)]
pub struct Credentials {
    /// The public part, such as `AKIAIOSFODNN7EXAMPLE`.
    pub access_key_id: String,
    /// The secret part.
    pub secret_access_key: SecretString,
    /// The token that goes with a temporary key; `None` for a user's own key.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Credentials of a long-lived key, without a session token.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<SecretString>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"[redacted]")
            .field("session_token", &self.session_token.as_ref().map(|_| "[redacted]"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_the_key_id_and_no_secret() {
        let mut credentials = Credentials::new("AKIDEXAMPLE", "the-secret".to_owned());
        credentials.session_token = Some("the-token".to_owned());
        let text = format!("{credentials:?}");
        assert!(text.contains("AKIDEXAMPLE"), "{text}");
        assert!(!text.contains("the-secret") && !text.contains("the-token"), "{text}");
    }
}
