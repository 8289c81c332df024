//! Lists by pages: `limit` and `position`.
//!
//! What must stay true: a position says after which item the next page begins, so that what is added or deleted meanwhile neither
//! repeats an item nor skips one.

use serde_json::{Value, json};

use super::call::Call;
use super::error::ControlError;
use crate::limits::{PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX};

/// What of a list is asked for.
pub(crate) struct Page {
    limit: usize,
    after: Option<String>,
}

impl Page {
    /// Reads `limit` and `position`.
    pub(crate) fn of(call: &Call) -> Result<Self, ControlError> {
        let limit = match call.query("limit") {
            None => PAGE_ITEMS_DEFAULT,
            Some(text) => match text.parse::<i64>() {
                Ok(limit) if limit >= 1 => {
                    usize::try_from(limit).unwrap_or(PAGE_ITEMS_MAX).min(PAGE_ITEMS_MAX)
                }
                _ => return Err(ControlError::bad_request(format!("Invalid limit specified: {text}"))),
            },
        };
        let after = match call.query("position").filter(|position| !position.is_empty()) {
            None => None,
            Some(position) => Some(
                base64_simd::URL_SAFE_NO_PAD
                    .decode_to_vec(position)
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok())
                    .ok_or_else(|| ControlError::bad_request("Invalid position parameter specified"))?,
            ),
        };
        Ok(Self { limit, after })
    }

    /// The page of items that is asked for, in the order of their keys, which are unique.
    pub(crate) fn list<T>(
        &self,
        items: impl IntoIterator<Item = (String, T)>,
        view: impl Fn(T) -> Value,
    ) -> Value {
        let mut items: Vec<(String, T)> = items
            .into_iter()
            .filter(|(key, _)| self.after.as_ref().is_none_or(|after| key > after))
            .collect();
        items.sort_by(|(left, _), (right, _)| left.cmp(right));
        let is_last = items.len() <= self.limit;
        items.truncate(self.limit);
        let position = items
            .last()
            .filter(|_| !is_last)
            .map(|(key, _)| base64_simd::URL_SAFE_NO_PAD.encode_to_string(key));
        let mut list = json!({ "item": items.into_iter().map(|(_, item)| view(item)).collect::<Vec<_>>() });
        if let Some(position) = position {
            list["position"] = Value::String(position);
        }
        list
    }
}

/// A key that orders by the time of creation.
pub(crate) fn by_creation(created_millis: i64, id: &str) -> String {
    format!("{created_millis:020} {id}")
}
