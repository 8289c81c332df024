//! A certificate that the gateway shows to HTTP backends, so that they can tell its requests from anybody's.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_ClientCertificate.html>
//!
//! What must stay true: the private key is kept to show the certificate, and is never told.

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A client certificate.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientCertificate {
    /// Ten letters and digits.
    pub id: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The certificate in PEM: X.509, P-256, signed by itself.
    pub pem_encoded_certificate: String,
    /// Its private key in PEM (PKCS #8).
    pub pem_encoded_private_key: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// When it ends, a year after it was made; milliseconds since 1970-01-01T00:00:00Z.
    pub expires_millis: i64,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").field("id", &self.id).finish_non_exhaustive()
    }
}
