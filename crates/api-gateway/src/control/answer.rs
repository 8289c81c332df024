//! What an operation answers when it succeeds; the status is the route's.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::Full;
use serde_json::Value;

/// The answer of an operation that succeeded.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A JSON document.
    Json(Value),
    /// No body.
    Empty,
    /// A file: its media type, its name, and its bytes.
    File { content_type: &'static str, file_name: String, bytes: Bytes },
}

impl Answer {
    /// The answer as it goes out.
    pub(crate) fn into_response(self, status: u16) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        match self {
            Self::Empty => {}
            Self::Json(value) => {
                headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
                *response.body_mut() = Full::new(Bytes::from(value.to_string()));
            }
            Self::File { content_type, file_name, bytes } => {
                headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
                let disposition = format!("attachment; filename=\"{file_name}\"");
                if let Ok(disposition) = header::HeaderValue::try_from(disposition) {
                    headers.insert(header::CONTENT_DISPOSITION, disposition);
                }
                *response.body_mut() = Full::new(bytes);
            }
        }
        response
    }
}
