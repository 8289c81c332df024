//! The members of a JSON body: each read once, as the type that AWS's model gives it.
//!
//! What must stay true: a member of the wrong type is a SerializationException, told at once; constraints are collected and told
//! together by [`Members::finish`]; members that nobody reads are ignored, as AWS ignores them.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::error::ControlError;

/// The members of one structure.
pub(crate) struct Members {
    values: Map<String, Value>,
    /// What constraint messages call it, such as `putIntegrationInput`.
    name: String,
    violations: Vec<String>,
}

impl Members {
    /// The members of a body; none when it is empty.
    pub(crate) fn parse(body: &[u8], name: &str) -> Result<Self, ControlError> {
        let members = if body.is_empty() {
            Map::new()
        } else {
            match serde_json::from_slice(body) {
                Ok(Value::Object(members)) => members,
                Ok(Value::Null) => Map::new(),
                Ok(_) => return Err(ControlError::serialization("Start of structure or map expected")),
                Err(error) => {
                    let text = format!("Unable to parse the request body as JSON: {error}");
                    return Err(ControlError::serialization(text));
                }
            }
        };
        Ok(Self::of(members, name.to_owned()))
    }

    fn of(members: Map<String, Value>, name: String) -> Self {
        Self { values: members, name, violations: Vec::new() }
    }

    /// Takes a member out; null is the same as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.values.shift_remove(name).filter(|value| !value.is_null())
    }

    /// A string.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ControlError> {
        self.take(name).map(text_of).transpose()
    }

    /// A string that has to be there.
    pub(crate) fn required_text(&mut self, name: &str) -> Result<String, ControlError> {
        let text = self.text(name)?;
        if text.is_none() {
            self.violate_null(name);
        }
        Ok(text.unwrap_or_default())
    }

    /// A string that is one of an enumeration: the words in the order in which AWS tells them, each with its value.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, ControlError> {
        let Some(sent) = self.text(name)? else { return Ok(None) };
        let found = choices.iter().find(|(choice, _)| *choice == sent).map(|(_, value)| *value);
        if found.is_none() {
            self.violate_word(name, &sent, choices.iter().map(|(choice, _)| *choice));
        }
        Ok(found)
    }

    /// A string of an enumeration that has to be there.
    pub(crate) fn required_word<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, ControlError> {
        if self.values.get(name).is_none_or(Value::is_null) {
            self.violate_null(name);
        }
        self.word(name, choices)
    }

    /// A boolean.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, ControlError> {
        self.take(name).map(flag_of).transpose()
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, ControlError> {
        self.take(name).map(|value| value.as_i64().ok_or_else(|| wrong_type(&value, "Integer"))).transpose()
    }

    /// A number.
    pub(crate) fn double(&mut self, name: &str) -> Result<Option<f64>, ControlError> {
        self.take(name).map(|value| value.as_f64().ok_or_else(|| wrong_type(&value, "Double"))).transpose()
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, ControlError> {
        let Some(elements) = self.list(name)? else { return Ok(None) };
        elements.into_iter().map(text_of).collect::<Result<_, _>>().map(Some)
    }

    /// A list of strings that are of an enumeration.
    pub(crate) fn words(&mut self, name: &str, words: &[&str]) -> Result<Option<Vec<String>>, ControlError> {
        let Some(texts) = self.texts(name)? else { return Ok(None) };
        if texts.iter().any(|word| !words.contains(&word.as_str())) {
            let known = words.join(", ");
            self.violate(
                name,
                &format!("'[{}]'", texts.join(", ")),
                &format!("Member must satisfy constraint: [Member must satisfy enum value set: [{known}]]"),
            );
        }
        Ok(Some(texts))
    }

    /// A map of strings.
    pub(crate) fn text_map(&mut self, name: &str) -> Result<Option<IndexMap<String, String>>, ControlError> {
        self.map_of(name, text_of)
    }

    /// A map of templates by media type. Null, which on AWS stands for no template, becomes the empty template.
    pub(crate) fn template_map(
        &mut self,
        name: &str,
    ) -> Result<Option<IndexMap<String, String>>, ControlError> {
        let Some(entries) = self.object(name)? else { return Ok(None) };
        let template = |value: Value| if value.is_null() { Ok(String::new()) } else { text_of(value) };
        entries
            .into_iter()
            .map(|(key, value)| Ok((key, template(value)?)))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A map of booleans.
    pub(crate) fn flag_map(&mut self, name: &str) -> Result<Option<IndexMap<String, bool>>, ControlError> {
        self.map_of(name, flag_of)
    }

    /// A map of lists of strings.
    pub(crate) fn texts_map(
        &mut self,
        name: &str,
    ) -> Result<Option<IndexMap<String, Vec<String>>>, ControlError> {
        self.map_of(name, |value| match value {
            Value::Array(items) => items.into_iter().map(text_of).collect(),
            other => Err(unexpected(&other)),
        })
    }

    fn map_of<T>(
        &mut self,
        name: &str,
        read: impl Fn(Value) -> Result<T, ControlError>,
    ) -> Result<Option<IndexMap<String, T>>, ControlError> {
        let Some(entries) = self.object(name)? else { return Ok(None) };
        let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
        entries.map(|(key, value)| Ok((key, read(value)?))).collect::<Result<_, _>>().map(Some)
    }

    /// A structure. Give it back with [`Self::done`] when it has been read.
    pub(crate) fn structure(&mut self, name: &str) -> Result<Option<Self>, ControlError> {
        let path = format!("{}.{name}", self.name);
        Ok(self.object(name)?.map(|members| Self::of(members, path)))
    }

    /// A list of structures.
    pub(crate) fn structures(&mut self, name: &str) -> Result<Option<Vec<Self>>, ControlError> {
        let Some(items) = self.list(name)? else { return Ok(None) };
        let mut structures = Vec::new();
        for (index, element) in items.into_iter().enumerate() {
            match element {
                // Lists of AWS's Java are told by their members from 1.
                Value::Object(members) => {
                    let path = format!("{}.{name}.{}.member", self.name, index + 1);
                    structures.push(Self::of(members, path));
                }
                other => return Err(unexpected(&other)),
            }
        }
        Ok(Some(structures))
    }

    /// A map of structures.
    pub(crate) fn structure_map(
        &mut self,
        name: &str,
    ) -> Result<Option<IndexMap<String, Self>>, ControlError> {
        let path = format!("{}.{name}", self.name);
        self.map_of(name, |value| match value {
            Value::Object(members) => Ok(Self::of(members, path.clone())),
            other => Err(unexpected(&other)),
        })
    }

    /// Takes over what an inner structure found wrong.
    pub(crate) fn done(&mut self, mut inner: Self) {
        self.violations.append(&mut inner.violations);
    }

    fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, ControlError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(other) => Err(unexpected(&other)),
        }
    }

    fn list(&mut self, name: &str) -> Result<Option<Vec<Value>>, ControlError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(unexpected(&other)),
        }
    }

    /// Whether a constraint is not met already.
    pub(crate) fn is_violated(&self) -> bool {
        !self.violations.is_empty()
    }

    /// Notes that a member has to be there.
    pub(crate) fn violate_null(&mut self, name: &str) {
        self.violate(name, "null", "Member must not be null");
    }

    /// Notes that a member is none of an enumeration's words.
    pub(crate) fn violate_word<'a>(&mut self, name: &str, sent: &str, words: impl Iterator<Item = &'a str>) {
        let known = words.collect::<Vec<_>>().join(", ");
        self.violate(name, &format!("'{sent}'"), &format!("Member must satisfy enum value set: [{known}]"));
    }

    fn violate(&mut self, name: &str, sent: &str, constraint: &str) {
        let place = format!("{}.{name}", self.name);
        self.violations.push(violation(&place, sent, constraint));
    }

    /// Notes what is wrong with a parameter of the path or the query.
    pub(crate) fn note(&mut self, violation: Option<String>) {
        self.violations.extend(violation);
    }

    /// Refuses when any constraint is not met.
    pub(crate) fn finish(self) -> Result<(), ControlError> {
        refuse(&self.violations)
    }
}

/// One constraint that is not met. `sent` is `null` or the value in quotes.
pub(crate) fn violation(place: &str, sent: &str, constraint: &str) -> String {
    format!("Value {sent} at '{place}' failed to satisfy constraint: {constraint}")
}

/// A ValidationException about all of these, if there are any.
pub(crate) fn refuse(violations: &[String]) -> Result<(), ControlError> {
    if violations.is_empty() {
        return Ok(());
    }
    let plural = if violations.len() == 1 { "" } else { "s" };
    let text = format!("{} validation error{plural} detected: {}", violations.len(), violations.join("; "));
    Err(ControlError::validation(text))
}

fn text_of(value: Value) -> Result<String, ControlError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(&other, "String")),
    }
}

fn flag_of(value: Value) -> Result<bool, ControlError> {
    match value {
        Value::Bool(flag) => Ok(flag),
        other => Err(wrong_type(&other, "Boolean")),
    }
}

/// A scalar of the wrong type, in the words of AWS's Java.
fn wrong_type(value: &Value, expected: &str) -> ControlError {
    let class = match value {
        Value::Bool(_) => "java.lang.Boolean",
        Value::String(_) => "java.lang.String",
        Value::Number(number) if number.is_f64() => "java.lang.Double",
        Value::Number(number) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) => {
            "java.lang.Integer"
        }
        Value::Number(_) => "java.lang.Long",
        Value::Null | Value::Array(_) | Value::Object(_) => return unexpected(value),
    };
    ControlError::serialization(format!("class {class} can not be converted to an {expected}"))
}

/// A value of the wrong kind altogether.
fn unexpected(value: &Value) -> ControlError {
    ControlError::serialization(match value {
        Value::Array(_) => "Start of list found where not expected",
        Value::Object(_) => "Start of structure or map found where not expected.",
        _ => "Unexpected field type",
    })
}
