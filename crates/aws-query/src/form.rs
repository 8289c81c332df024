//! Requests: a form whose names are paths such as `MetricData.member.1.Value`.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::document::Document;

/// How large a form may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLimits {
    /// Values in the whole form.
    pub values_max: usize,
    /// How deep it may be nested.
    pub depth_max: usize,
}

/// Reads a form; `None` when it is past the limits, or names a value both as a whole and in parts.
pub fn read(form: &[u8], limits: FormLimits) -> Option<Document> {
    let mut root = Node::default();
    for (count, (path, value)) in form_urlencoded::parse(form).enumerate() {
        if count >= limits.values_max {
            return None;
        }
        root.insert(&path, value.into_owned(), limits.depth_max)?;
    }
    root.into_document()
}

/// What a form says under one name.
#[derive(Default)]
struct Node {
    value: Option<String>,
    members: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, path: &str, value: String, depth_max: usize) -> Option<()> {
        let mut node = self;
        for (depth, name) in path.split('.').enumerate() {
            if depth >= depth_max {
                return None;
            }
            node = node.members.entry(name.to_owned()).or_default();
        }
        node.value = Some(value);
        Some(())
    }

    /// `X.member.1`, `X.member.2` is a list, an empty `X` may be one too; all else with parts is a structure.
    fn into_document(mut self) -> Option<Document> {
        match self.value {
            Some(text) if self.members.is_empty() => return Some(Document::Text(text)),
            Some(text) if !text.is_empty() => return None,
            Some(_) | None => {}
        }
        if self.members.len() == 1
            && let Some(elements) = self.members.remove("member")
        {
            let mut list = Vec::new();
            for (index, element) in elements.members {
                list.push((index.parse::<u32>().ok()?, element.into_document()?));
            }
            list.sort_by_key(|(index, _)| *index);
            return Some(Document::List(list.into_iter().map(|(_, element)| element).collect()));
        }
        let mut structure = Vec::new();
        for (name, member) in self.members {
            structure.push((name.into(), member.into_document()?));
        }
        Some(Document::Structure(structure))
    }
}

/// A time of a form, in milliseconds since 1970: ISO 8601, or seconds as a number.
pub fn timestamp_millis(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then(|| (seconds * 1_000.0).round() as i64);
    }
    let zoned = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let time = zoned(text).or_else(|| zoned(&format!("{text}Z")))?;
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}
