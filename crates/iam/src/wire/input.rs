//! The members of a request, after they were found to be of their forms.

use std::borrow::Cow;

use alluvium_aws_query::Document;

use crate::document::Tags;
use crate::wire::fault::Fault;
use crate::wire::form::{Form, told};
use crate::wire::operation::Member;

/// The members of a request.
#[derive(Debug)]
pub(crate) struct Input {
    members: Vec<(Cow<'static, str>, Document)>,
}

impl Input {
    /// Checks a form against the members of an operation. What the operation does not know is left out, as AWS does.
    pub(crate) fn check(document: Document, members: &[Member]) -> Result<Self, Fault> {
        let Document::Structure(mut given) = document else {
            return Err(Fault::validation("The request is not a form of parameters."));
        };
        given.retain(|(name, _)| members.iter().any(|member| member.name == name));
        let input = Self { members: given };
        let mut problems = Vec::new();
        for member in members {
            let place = told(member.name);
            match input.get(member.name) {
                Some(value) => member.form.check(&place, value, &mut problems),
                None if member.required => problems.push(format!(
                    "Value at '{place}' failed to satisfy constraint: Member must not be null"
                )),
                None => {}
            }
        }
        let [one] = problems.as_slice() else {
            return if problems.is_empty() {
                Ok(input)
            } else {
                let count = problems.len();
                Err(Fault::validation(format!("{count} validation errors detected: {}", problems.join("; "))))
            };
        };
        Err(Fault::validation(
            name_breach(members, one).unwrap_or_else(|| format!("1 validation error detected: {one}")),
        ))
    }

    fn get(&self, name: &str) -> Option<&Document> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// A text, or `None` when it was not sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Document::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that the operation's table requires.
    pub(crate) fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn boolean(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let text = |item: &Document| match item {
            Document::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.items(name).iter().filter_map(text).collect()
    }

    pub(crate) fn items(&self, name: &str) -> &[Document] {
        match self.get(name) {
            Some(Document::List(items)) => items,
            _ => &[],
        }
    }

    pub(crate) fn tags(&self) -> Tags {
        let text = |tag: &Document, name: &str| member_text(tag, name).unwrap_or_default().to_owned();
        self.items("Tags").iter().map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
    }
}

/// A text of a structure.
pub(crate) fn member_text<'a>(structure: &'a Document, name: &str) -> Option<&'a str> {
    let Document::Structure(members) = structure else { return None };
    match members.iter().find(|(member, _)| member == name)? {
        (_, Document::Text(text)) => Some(text),
        _ => None,
    }
}

/// IAM's own sentence for a name with characters that names do not have.
fn name_breach(members: &[Member], problem: &str) -> Option<String> {
    let names = members.iter().filter(|member| matches!(member.form, Form::Name { max: 64 | 128, .. }));
    let place = names.map(|member| told(member.name)).find(|place| {
        problem.contains(&format!("' at '{place}' failed")) && problem.contains("regular expression pattern")
    })?;
    if place == "roleSessionName" {
        return None;
    }
    Some(format!(
        "The specified value for {place} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
    ))
}
