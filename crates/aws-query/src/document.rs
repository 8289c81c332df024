//! A body as a tree of values. What comes in is this tree, whatever the protocol, and what goes out is it as well, so operations
//! know no protocol.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    /// No value; the same as a member that is absent.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Float(f64),
    /// Text.
    Text(String),
    /// A point in time, in milliseconds since 1970. JSON and the query form have no such type of their own: there it comes as
    /// a number or as text.
    Timestamp(i64),
    /// A list.
    List(Vec<Document>),
    /// A structure.
    Structure(Vec<(Cow<'static, str>, Document)>),
    /// A map, only in answers. What comes in is a [`Document::Structure`].
    Map(Vec<(String, Document)>),
}

impl Document {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A structure of an answer.
    pub fn structure<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        Self::Structure(members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    /// A member that may be absent.
    pub fn or_null(value: Option<Self>) -> Self {
        value.unwrap_or(Self::Null)
    }
}

/// As JSON: times are seconds, absent members are left out.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Timestamp(millis) if millis % 1_000 == 0 => serializer.serialize_i64(millis / 1_000),
            Self::Timestamp(millis) => serializer.serialize_f64(*millis as f64 / 1_000.0),
            Self::List(items) => serializer.collect_seq(items),
            Self::Structure(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members.iter().filter(|(_, value)| *value != Self::Null) {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}
