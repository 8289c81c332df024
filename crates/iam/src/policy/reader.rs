//! From JSON to statements; every complaint names its place.

use serde_json::{Map, Value};

use crate::limits::POLICY_STATEMENTS_MAX;
use crate::policy::condition_reader;
use crate::policy::document::PolicyError;
use crate::policy::principal::{NamedPrincipal, Principals};
use crate::policy::statement::{Effect, Patterns, Statement};

/// The versions of the policy language.
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Reads a whole document.
pub(crate) fn read_document(document: Value) -> Result<Vec<Statement>, PolicyError> {
    let Value::Object(mut members) = document else {
        return Err(PolicyError::new("Policy", "it has to be a JSON object"));
    };
    match members.remove("Version") {
        Some(Value::String(version)) if VERSIONS.contains(&version.as_str()) => {}
        Some(other) => {
            return Err(PolicyError::new("Version", format!("{other} is not \"{}\"", VERSIONS[0])));
        }
        None => return Err(PolicyError::new("Version", format!("it is missing: \"{}\"", VERSIONS[0]))),
    }
    if let Some(id) = members.remove("Id") {
        text("Id", id)?;
    }
    let statements = match members.remove("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(one @ Value::Object(_)) => vec![one],
        Some(_) => return Err(PolicyError::new("Statement", "it has to be an object or a list of objects")),
        None => return Err(PolicyError::new("Statement", "it is missing")),
    };
    refuse_others("Policy", &members)?;
    let count = statements.len();
    if count == 0 || count > POLICY_STATEMENTS_MAX {
        return Err(PolicyError::new(
            "Statement",
            format!("there are {count} statements, it takes 1 to {POLICY_STATEMENTS_MAX}"),
        ));
    }
    statements.into_iter().enumerate().map(|(index, statement)| read_statement(index, statement)).collect()
}

fn read_statement(index: usize, statement: Value) -> Result<Statement, PolicyError> {
    let place = format!("Statement[{index}]");
    let Value::Object(mut members) = statement else {
        return Err(PolicyError::new(place, "it has to be an object"));
    };
    if let Some(sid) = members.remove("Sid") {
        text(&format!("{place}.Sid"), sid)?;
    }
    let effect = match members.remove("Effect") {
        Some(Value::String(word)) if word == "Allow" => Effect::Allow,
        Some(Value::String(word)) if word == "Deny" => Effect::Deny,
        Some(other) => {
            return Err(PolicyError::new(format!("{place}.Effect"), format!("{other} is not Allow or Deny")));
        }
        None => return Err(PolicyError::new(format!("{place}.Effect"), "it is missing")),
    };
    let principals = read_principals(&place, &mut members)?;
    let actions = read_patterns(&place, "Action", &mut members)?;
    for action in &actions.texts {
        let well_formed = action == "*"
            || action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
        if !well_formed {
            let what = format!("{action:?} is not of the form service:action");
            return Err(PolicyError::new(format!("{place}.{}", actions.member("Action")), what));
        }
    }
    let resources = read_patterns(&place, "Resource", &mut members)?;
    for resource in &resources.texts {
        if resource != "*" && !resource.starts_with("arn:") {
            let what = format!("{resource:?} is not an ARN or *");
            return Err(PolicyError::new(format!("{place}.{}", resources.member("Resource")), what));
        }
    }
    let conditions = match members.remove("Condition") {
        Some(conditions) => condition_reader::read_conditions(&format!("{place}.Condition"), conditions)?,
        None => Vec::new(),
    };
    refuse_others(&place, &members)?;
    Ok(Statement { effect, principals, actions, resources, conditions })
}

impl Patterns {
    /// The name of the member that they stood in.
    fn member(&self, name: &str) -> String {
        if self.negated { format!("Not{name}") } else { name.to_owned() }
    }
}

/// Reads `name` or `Notname`, of which a statement has exactly one.
fn read_patterns(place: &str, name: &str, members: &mut Map<String, Value>) -> Result<Patterns, PolicyError> {
    let not_name = format!("Not{name}");
    let (value, negated) = match (members.remove(name), members.remove(&not_name)) {
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        (Some(_), Some(_)) => {
            return Err(PolicyError::new(place, format!("it has both {name} and {not_name}")));
        }
        (None, None) => return Err(PolicyError::new(format!("{place}.{name}"), "it is missing")),
    };
    let place = if negated { format!("{place}.{not_name}") } else { format!("{place}.{name}") };
    Ok(Patterns { texts: texts(&place, value)?, negated })
}

fn read_principals(place: &str, members: &mut Map<String, Value>) -> Result<Principals, PolicyError> {
    let (name, value) = match (members.remove("Principal"), members.remove("NotPrincipal")) {
        (Some(value), None) => ("Principal", value),
        (None, Some(value)) => ("NotPrincipal", value),
        (Some(_), Some(_)) => {
            return Err(PolicyError::new(place, "it has both Principal and NotPrincipal"));
        }
        (None, None) => return Err(PolicyError::new(format!("{place}.Principal"), "it is missing")),
    };
    let place = format!("{place}.{name}");
    let negated = name == "NotPrincipal";
    let kinds = match value {
        Value::String(text) if text == "*" => {
            return Ok(Principals { named: vec![NamedPrincipal::Everybody], negated });
        }
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err(PolicyError::new(place, "it has to be \"*\" or an object such as {\"AWS\": ..}")),
    };
    let mut named = Vec::new();
    for (kind, value) in kinds {
        let place = format!("{place}.{kind}");
        let texts = texts(&place, value)?;
        match kind.as_str() {
            "AWS" => {
                for text in texts {
                    let principal = NamedPrincipal::parse_aws(&text).ok_or_else(|| {
                        PolicyError::new(
                            place.clone(),
                            format!("{text:?} is not an account id, the ARN of a user or role, or *"),
                        )
                    })?;
                    named.push(principal);
                }
            }
            "Service" | "Federated" | "CanonicalUser" => named.push(NamedPrincipal::Elsewhere),
            _ => {
                return Err(PolicyError::new(
                    place,
                    "the kind is not AWS, Service, Federated or CanonicalUser",
                ));
            }
        }
    }
    Ok(Principals { named, negated })
}

/// A string, or a list of at least one string.
pub(crate) fn texts(place: &str, value: Value) -> Result<Vec<String>, PolicyError> {
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            elements.into_iter().map(|element| text(place, element)).collect()
        }
        one @ Value::String(_) => Ok(vec![text(place, one)?]),
        _ => Err(PolicyError::new(place, "it has to be a string or a list of strings")),
    }
}

fn text(place: &str, value: Value) -> Result<String, PolicyError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(PolicyError::new(place, format!("{other} is not a string"))),
    }
}

fn refuse_others(place: &str, members: &Map<String, Value>) -> Result<(), PolicyError> {
    match members.keys().next() {
        Some(name) => Err(PolicyError::new(place, format!("it has an unknown member {name:?}"))),
        None => Ok(()),
    }
}
