//! Building JSON objects member by member.
//!
//! What must stay true: what an API does not have is absent from its document, never empty or null.

use indexmap::IndexMap;

use crate::json::Json;

/// An object while it is built.
#[derive(Debug, Default)]
pub(super) struct Object(IndexMap<String, Json>);

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.put(key, value);
        self
    }

    pub(super) fn put(&mut self, key: &str, value: impl Into<Json>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Puts the value when there is one.
    pub(super) fn put_some(&mut self, key: &str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Puts the object when it has members.
    pub(super) fn put_filled(&mut self, key: &str, value: Self) {
        if !value.0.is_empty() {
            self.put(key, value);
        }
    }

    /// Puts the texts when there are some.
    pub(super) fn put_texts<'t>(&mut self, key: &str, texts: impl IntoIterator<Item = &'t String>) {
        let texts: Vec<Json> = texts.into_iter().map(Json::from).collect();
        if !texts.is_empty() {
            self.put(key, Json::Array(texts));
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&IndexMap<String, String>> for Object {
    fn from(map: &IndexMap<String, String>) -> Self {
        map.iter().fold(Self::new(), |object, (key, value)| object.with(key, value))
    }
}
