//! Request parameters as templates and mappings see them.
//!
//! What must stay true: `$input.params('x')` looks in the path, then the query string, then the headers.

use alluvium_vtl::{Map, Value};

/// The parameters of one request. Several values of one name keep their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) querystring: Vec<(String, String)>,
    pub(crate) header: Vec<(String, String)>,
}

impl Parameters {
    /// The value that `$input.params(name)` gives; of several the last.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.path_value(name).or_else(|| self.query_value(name)).or_else(|| self.header_value(name))
    }

    pub(crate) fn path_value(&self, name: &str) -> Option<&str> {
        last(&self.path, |known| known == name)
    }

    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        last(&self.querystring, |known| known == name)
    }

    /// Header names are compared without case: HTTP/2 carries them in lower case only.
    pub(crate) fn header_value(&self, name: &str) -> Option<&str> {
        last(&self.header, |known| known.eq_ignore_ascii_case(name))
    }

    pub(crate) fn query_values(&self, name: &str) -> Vec<&str> {
        all(&self.querystring, |known| known == name)
    }

    pub(crate) fn header_values(&self, name: &str) -> Vec<&str> {
        all(&self.header, |known| known.eq_ignore_ascii_case(name))
    }

    /// What `$input.params()` gives: `path`, `querystring` and `header`, each a map.
    pub(crate) fn to_map(&self) -> Map {
        [("path", &self.path), ("querystring", &self.querystring), ("header", &self.header)]
            .into_iter()
            .map(|(name, entries)| (name, Value::from(map_of(entries))))
            .collect()
    }
}

fn last(entries: &[(String, String)], is_it: impl Fn(&str) -> bool) -> Option<&str> {
    entries.iter().rev().find(|(name, _)| is_it(name)).map(|(_, value)| value.as_str())
}

fn all(entries: &[(String, String)], is_it: impl Fn(&str) -> bool) -> Vec<&str> {
    entries.iter().filter(|(name, _)| is_it(name)).map(|(_, value)| value.as_str()).collect()
}

fn map_of(entries: &[(String, String)]) -> Map {
    entries.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))).collect()
}
