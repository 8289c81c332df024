//! A client certificate as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_ClientCertificate.html>
//!
//! What must stay true: the private key is not shown.

use serde_json::Value;

use super::{filled, object, plain, seconds};
use crate::model::ClientCertificate;

/// A client certificate without its key.
pub(crate) fn client_certificate(certificate: &ClientCertificate) -> Value {
    object([
        ("clientCertificateId", plain(&certificate.id)),
        ("description", plain(&certificate.description)),
        ("pemEncodedCertificate", plain(&certificate.pem_encoded_certificate)),
        ("createdDate", Some(seconds(certificate.created_millis))),
        ("expirationDate", Some(seconds(certificate.expires_millis))),
        ("tags", filled(&certificate.tags)),
    ])
}
