//! The members of a structure in a request, taken out by name and type, each with the path under which errors name it.
//!
//! What must stay true: null is the same as absent; members that nobody asks for are ignored; numbers, booleans and times come
//! as text only where the protocol has nothing else.

use std::borrow::Cow;

use crate::exception::{Exception, ExceptionKind};
use crate::wire;
use alluvium_aws_query::Document;

/// The members of one structure.
#[derive(Debug)]
pub(crate) struct Members {
    present: Vec<(Cow<'static, str>, Document)>,
    path: String,
    /// Whether all scalars are text.
    is_form: bool,
}

impl Members {
    /// The members of a request.
    pub(crate) fn of(document: Document, is_form: bool) -> Result<Self, Exception> {
        match document {
            Document::Structure(members) => Ok(Self { present: members, path: String::new(), is_form }),
            _ => Err(Exception::new(ExceptionKind::Serialization, "The request is not a structure.")),
        }
    }

    /// The path of a member, as errors name it.
    pub(crate) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member that has to be there.
    pub(crate) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Exception> {
        value.ok_or_else(|| Exception::missing(&self.path(name)))
    }

    /// Takes a string.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Exception> {
        match self.take(name) {
            None => Ok(None),
            Some(Document::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type(name, "a string")),
        }
    }

    /// Takes a number.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<f64>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        number(value).map(Some).ok_or_else(|| self.wrong_type(name, "a number"))
    }

    /// Takes a whole number.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let integer = match value {
            Document::Integer(number) => Some(number),
            Document::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(number as i64),
            Document::Text(text) if self.is_form => text.parse().ok(),
            _ => None,
        };
        integer.map(Some).ok_or_else(|| self.wrong_type(name, "a whole number"))
    }

    /// Takes a boolean.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let boolean = match value {
            Document::Boolean(value) => Some(value),
            Document::Text(text) if self.is_form => text.to_lowercase().parse().ok(),
            _ => None,
        };
        boolean.map(Some).ok_or_else(|| self.wrong_type(name, "a boolean"))
    }

    /// Takes a point in time, in milliseconds since 1970.
    pub(crate) fn timestamp_millis(&mut self, name: &str) -> Result<Option<i64>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let millis = match value {
            Document::Timestamp(millis) => Some(millis),
            Document::Integer(seconds) => Some(seconds.saturating_mul(1_000)),
            Document::Float(seconds) if seconds.is_finite() => Some((seconds * 1_000.0).round() as i64),
            Document::Text(text) => wire::timestamp_millis(&text),
            _ => None,
        };
        millis.map(Some).ok_or_else(|| self.wrong_type(name, "a point in time"))
    }

    /// Takes a structure.
    pub(crate) fn structure(&mut self, name: &str) -> Result<Option<Self>, Exception> {
        match self.take(name) {
            None => Ok(None),
            Some(Document::Structure(members)) => Ok(Some(self.inner(members, self.path(name)))),
            Some(_) => Err(self.wrong_type(name, "a structure")),
        }
    }

    /// Takes a list of structures.
    pub(crate) fn structures(&mut self, name: &str) -> Result<Option<Vec<Self>>, Exception> {
        let base = self.path(name);
        self.list(name, "a structure", |members, place, value| match value {
            Document::Structure(inner) => Some(members.inner(inner, format!("{base}.member.{place}"))),
            _ => None,
        })
    }

    /// Takes a list of strings.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Exception> {
        self.list(name, "a string", |_, _, value| match value {
            Document::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Takes a list of numbers.
    pub(crate) fn numbers(&mut self, name: &str) -> Result<Option<Vec<f64>>, Exception> {
        self.list(name, "a number", |_, _, value| number(value))
    }

    fn list<T>(
        &mut self,
        name: &str,
        wanted: &str,
        element: impl Fn(&Self, usize, Document) -> Option<T>,
    ) -> Result<Option<Vec<T>>, Exception> {
        let items = match self.take(name) {
            None => return Ok(None),
            Some(Document::List(items)) => items,
            // How a form says that a list has no elements.
            Some(Document::Text(text)) if self.is_form && text.is_empty() => Vec::new(),
            Some(_) => return Err(self.wrong_type(name, "a list")),
        };
        let mut list = Vec::with_capacity(items.len());
        for (place, item) in (1..).zip(items) {
            match element(self, place, item) {
                Some(one) => list.push(one),
                None => return Err(self.wrong_type(&format!("{name}.member.{place}"), wanted)),
            }
        }
        Ok(Some(list))
    }

    /// Takes a member out; of members that are there twice, the last. `None` for absent or null.
    fn take(&mut self, name: &str) -> Option<Document> {
        let index = self.present.iter().rposition(|(known, _)| known == name)?;
        match self.present.swap_remove(index).1 {
            Document::Null => None,
            value => Some(value),
        }
    }

    fn inner(&self, members: Vec<(Cow<'static, str>, Document)>, path: String) -> Self {
        Self { present: members, path, is_form: self.is_form }
    }

    fn wrong_type(&self, name: &str, wanted: &str) -> Exception {
        let path = self.path(name);
        Exception::new(ExceptionKind::Serialization, format!("The parameter {path} is not {wanted}."))
    }
}

/// A number; what is not finite comes as text in JSON too.
fn number(value: Document) -> Option<f64> {
    match value {
        Document::Integer(number) => Some(number as f64),
        Document::Float(number) => Some(number),
        // "NaN" and "Infinity" are what JSON has for them; a form has text for all.
        Document::Text(text) => text.parse().ok(),
        _ => None,
    }
}
