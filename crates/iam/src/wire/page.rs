//! Lists that come in pages: `MaxItems` asks for so many, `Marker` for those after a page.
//!
//! What must stay true: a marker names the last entry of its page, so that entries which come or go in between move nothing.

use alluvium_aws_query::Document;

use crate::wire::fault::Fault;
use crate::wire::input::Input;

/// Entries of a page without a size of its own.
const ITEMS_DEFAULT: usize = 100;

/// One page.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    marker: Option<String>,
}

impl<T> Page<T> {
    /// An answer with the page under a name, and how it goes on.
    pub(crate) fn answer(self, name: &'static str, show: impl FnMut(T) -> Document) -> Document {
        let tail = self.marker.clone();
        let items = Document::List(self.items.into_iter().map(show).collect());
        Document::structure([
            (name, items),
            ("IsTruncated", Document::Boolean(tail.is_some())),
            ("Marker", Document::or_null(tail.map(Document::Text))),
        ])
    }

    /// How the page goes on, for answers that are not one list.
    pub(crate) fn tail(&self) -> [(&'static str, Document); 2] {
        [
            ("IsTruncated", Document::Boolean(self.marker.is_some())),
            ("Marker", Document::or_null(self.marker.clone().map(Document::Text))),
        ]
    }
}

/// The page of entries that a request asks for. Entries come with what they are ordered by, which no two share.
pub(crate) fn page<T>(input: &Input, mut entries: Vec<(String, T)>) -> Result<Page<T>, Fault> {
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    if let Some(marker) = input.text("Marker") {
        let last = base64_simd::URL_SAFE_NO_PAD
            .decode_to_vec(marker)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Fault::validation(format!("Invalid Marker: {marker}")))?;
        entries.retain(|(key, _)| *key > last);
    }
    let size =
        input.integer("MaxItems").and_then(|items| usize::try_from(items).ok()).unwrap_or(ITEMS_DEFAULT);
    let more = entries.len() > size;
    entries.truncate(size);
    let marker =
        entries.last().filter(|_| more).map(|(key, _)| base64_simd::URL_SAFE_NO_PAD.encode_to_string(key));
    Ok(Page { items: entries.into_iter().map(|(_, item)| item).collect(), marker })
}
