//! Lists that come in pages: `MaxItems` asks for so many, `Marker` for those after a page.
//!
//! What must stay true: a marker names the last entry of its page, so that entries which come or go in between move nothing; and it is
//! never longer than what a request may send.

use alluvium_aws_query::Document;

use crate::wire::fault::Fault;
use crate::wire::input::Input;

/// Entries of a page without a size of its own.
const ITEMS_DEFAULT: usize = 100;
/// Characters of a marker, less than the 320 that requests may have.
const MARKER_CHARS_MAX: usize = 300;
/// What a marker begins with that tells a place and no name. No name encodes to a point.
const PLACE: &str = "after.";

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
    let start = match input.text("Marker") {
        Some(marker) => start_of(marker, &entries)
            .ok_or_else(|| Fault::validation(format!("Invalid Marker: {marker}")))?,
        None => 0,
    };
    let size =
        input.integer("MaxItems").and_then(|items| usize::try_from(items).ok()).unwrap_or(ITEMS_DEFAULT);
    let end = start.saturating_add(size).min(entries.len());
    let marker =
        (end < entries.len()).then(|| marker_of(entries[..end].last().map_or("", |(key, _)| key), end));
    let items = entries.into_iter().skip(start).take(size).map(|(_, item)| item).collect();
    Ok(Page { items, marker })
}

/// The marker after an entry. What would be longer than a marker may be, such as that of the longest ARNs, is told by its place.
fn marker_of(key: &str, end: usize) -> String {
    let named = base64_simd::URL_SAFE_NO_PAD.encode_to_string(key);
    if named.len() <= MARKER_CHARS_MAX { named } else { format!("{PLACE}{end}") }
}

/// Where the page after a marker begins.
fn start_of<T>(marker: &str, entries: &[(String, T)]) -> Option<usize> {
    if let Some(place) = marker.strip_prefix(PLACE) {
        return Some(place.parse::<usize>().ok()?.min(entries.len()));
    }
    let last = String::from_utf8(base64_simd::URL_SAFE_NO_PAD.decode_to_vec(marker).ok()?).ok()?;
    Some(entries.partition_point(|(key, _)| *key <= last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(names: &[String]) -> Vec<String> {
        let entries = || names.iter().map(|name| (name.clone(), name.clone())).collect::<Vec<_>>();
        let mut seen = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let mut members = vec![("MaxItems".into(), Document::text("2"))];
            members.extend(marker.take().map(|marker| ("Marker".into(), Document::Text(marker))));
            let known =
                [crate::wire::optional("MaxItems", MAX_ITEMS), crate::wire::optional("Marker", MARKER)];
            let input = Input::check(Document::Structure(members), &known).expect("good members");
            let page = page(&input, entries()).expect("a page");
            seen.extend(page.items);
            marker = page.marker;
            if marker.is_none() {
                return seen;
            }
        }
    }

    const MAX_ITEMS: crate::wire::Form = crate::wire::Form::Integer { min: 1, max: 1_000 };
    const MARKER: crate::wire::Form = crate::wire::Form::Printable { min: 1, max: 320 };

    #[test]
    fn pages_together_have_every_entry_once_whatever_its_length() {
        let short: Vec<String> = (0..5).map(|number| format!("u{number}")).collect();
        let long: Vec<String> = (0..5).map(|number| format!("{}{number}", "x".repeat(700))).collect();
        for names in [&short, &long, &Vec::new()] {
            assert_eq!(walk(names), **names);
        }
    }
}
