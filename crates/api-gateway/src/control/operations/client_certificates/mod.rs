//! Client certificates, which a stage shows to its HTTP backends.

mod delete_client_certificate;
mod generate_client_certificate;
mod get_client_certificates;
mod update_client_certificate;

use http::Method;

use crate::control::error::ControlError;
use crate::control::routing::{Route, Work};

const CERTIFICATES: &str = "/clientcertificates";
const CERTIFICATE: &str = "/clientcertificates/{clientcertificate_id}";

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "GenerateClientCertificate",
        verb: Method::POST,
        path: CERTIFICATES,
        status: 201,
        work: Work::Edit(generate_client_certificate::generate_client_certificate),
    },
    Route {
        operation: "GetClientCertificates",
        verb: Method::GET,
        path: CERTIFICATES,
        status: 200,
        work: Work::Read(get_client_certificates::get_client_certificates),
    },
    Route {
        operation: "GetClientCertificate",
        verb: Method::GET,
        path: CERTIFICATE,
        status: 200,
        work: Work::Read(get_client_certificates::get_client_certificate),
    },
    Route {
        operation: "UpdateClientCertificate",
        verb: Method::PATCH,
        path: CERTIFICATE,
        status: 200,
        work: Work::Edit(update_client_certificate::update_client_certificate),
    },
    Route {
        operation: "DeleteClientCertificate",
        verb: Method::DELETE,
        path: CERTIFICATE,
        status: 202,
        work: Work::Edit(delete_client_certificate::delete_client_certificate),
    },
];

/// There is no certificate of this id.
fn no_certificate() -> ControlError {
    ControlError::not_found("Invalid Client Certificate ID specified")
}
