//! Which media types are bytes rather than text.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html>
//!
//! What must stay true: without any, every payload is text.

/// The binary media types of an API.
#[derive(Debug, Clone, Default)]
pub(crate) struct BinaryMediaTypes {
    /// Type and subtype; either may be `*`.
    known: Vec<(String, String)>,
}

impl BinaryMediaTypes {
    /// Also takes the form of patch paths, `image~1png`.
    pub(crate) fn of(media_types: &[String]) -> Self {
        let known = media_types.iter().filter_map(|text| {
            let text = text.replace("~1", "/").to_ascii_lowercase();
            let media_type = text.split(';').next().unwrap_or_default().trim();
            media_type.split_once('/').map(|(kind, subtype)| (kind.to_owned(), subtype.to_owned()))
        });
        Self { known: known.collect() }
    }

    /// Whether a payload of this media type is bytes; a payload without one counts as JSON.
    pub(crate) fn has(&self, media_type: Option<&str>) -> bool {
        let (kind, subtype) =
            media_type.and_then(|text| text.split_once('/')).unwrap_or(("application", "json"));
        self.known.iter().any(|(known_kind, known_subtype)| {
            (known_kind == "*" || known_kind == kind) && (known_subtype == "*" || known_subtype == subtype)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_types_whole_families_and_everything() {
        let of =
            |types: &[&str]| BinaryMediaTypes::of(&types.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        assert!(!of(&[]).has(Some("image/png")));
        assert!(of(&["image~1PNG"]).has(Some("image/png")));
        assert!(!of(&["image/png"]).has(Some("image/gif")));
        assert!(of(&["image/*"]).has(Some("image/gif")));
        assert!(of(&["*/*"]).has(None) && of(&["application/json"]).has(None));
        assert!(!of(&["image/png"]).has(None));
    }
}
