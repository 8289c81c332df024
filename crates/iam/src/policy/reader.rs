//! From JSON to statements; every complaint names its place.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::limits::POLICY_STATEMENTS_MAX;
use crate::policy::condition_reader;
use crate::policy::document::PolicyError;
use crate::policy::principal::{NamedPrincipal, Principals};
use crate::policy::statement::{Actions, Effect, Resources, Statement};
use crate::policy::text_pattern::{Reading, TextPattern};

/// The versions of the policy language.
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// What a policy hangs on, which decides the members of its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A resource: statements have principals and resources.
    Resource,
    /// A user, a group, a role or a session: statements have resources.
    Identity,
    /// A role: statements have principals.
    Trust,
}

/// Reads a whole document.
pub(crate) fn read_document(document: Value, kind: Kind) -> Result<Vec<Statement>, PolicyError> {
    let Value::Object(mut members) = document else {
        return Err(PolicyError::new("Policy", "it has to be a JSON object"));
    };
    let variables = match members.remove("Version") {
        Some(Value::String(version)) if VERSIONS.contains(&version.as_str()) => version == VERSIONS[0],
        Some(other) => {
            return Err(PolicyError::new("Version", format!("{other} is not \"{}\"", VERSIONS[0])));
        }
        None if kind == Kind::Trust => false,
        None => {
            return Err(PolicyError::new("Version", format!("it is missing: \"{}\"", VERSIONS[0]))
                .in_words("Policy document must be version 2012-10-17 or greater."));
        }
    };
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
    let reader = StatementReader { kind, variables };
    let statements = statements
        .into_iter()
        .enumerate()
        .map(|(index, statement)| reader.read(index, statement))
        .collect::<Result<Vec<_>, _>>()?;
    check_sids(&statements, kind)?;
    Ok(statements)
}

fn check_sids(statements: &[Statement], kind: Kind) -> Result<(), PolicyError> {
    let mut seen = HashSet::new();
    for (index, statement) in statements.iter().enumerate() {
        // Policies of resources may have any text there.
        if let Some(sid) = statement.sid.as_deref()
            && kind != Kind::Resource
            && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            let what = format!("{sid:?} has other characters than letters and digits");
            return Err(PolicyError::new(format!("Statement[{index}].Sid"), what).in_words(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*",
            ));
        }
        if let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty())
            && !seen.insert(sid)
        {
            let what = format!("another statement is called {sid:?} too");
            return Err(PolicyError::new(format!("Statement[{index}].Sid"), what)
                .in_words("Statement IDs (SID) in a single policy must be unique."));
        }
    }
    Ok(())
}

/// Reads the statements of one document.
#[derive(Clone, Copy)]
struct StatementReader {
    kind: Kind,
    /// Whether `${..}` is a variable.
    variables: bool,
}

impl StatementReader {
    fn read(self, index: usize, statement: Value) -> Result<Statement, PolicyError> {
        let place = format!("Statement[{index}]");
        let Value::Object(mut members) = statement else {
            return Err(PolicyError::new(place, "it has to be an object"));
        };
        let sid = match members.remove("Sid") {
            Some(sid) => Some(text(&format!("{place}.Sid"), sid)?),
            None => None,
        };
        let effect = match members.remove("Effect") {
            Some(Value::String(word)) if word == "Allow" => Effect::Allow,
            Some(Value::String(word)) if word == "Deny" => Effect::Deny,
            Some(other) => {
                let what = format!("{other} is not Allow or Deny");
                return Err(PolicyError::new(format!("{place}.Effect"), what));
            }
            None => return Err(PolicyError::new(format!("{place}.Effect"), "it is missing")),
        };
        let principals = self.read_principals(&place, &mut members)?;
        let actions = self.read_actions(&place, &mut members)?;
        let resources = self.read_resources(&place, &mut members)?;
        let conditions = match members.remove("Condition") {
            Some(conditions) => {
                let place = format!("{place}.Condition");
                condition_reader::read_conditions(&place, conditions, self.variables)?
            }
            None => Vec::new(),
        };
        refuse_others(&place, &members)?;
        Ok(Statement { sid, effect, principals, actions, resources, conditions })
    }

    fn read_actions(self, place: &str, members: &mut Map<String, Value>) -> Result<Actions, PolicyError> {
        let (place, texts, negated) = one_of(place, "Action", members)
            .map_err(|error| error.in_words("Policy statement must contain actions."))?;
        for action in &texts {
            let (vendor, name) = match action.split_once(':') {
                Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => (vendor, name),
                _ if action == "*" && self.kind != Kind::Trust => continue,
                _ => {
                    let what = format!("{action:?} is not of the form service:action");
                    return Err(PolicyError::new(place, what).in_words(
                        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                    ));
                }
            };
            let of_vendor = |byte: u8| byte.is_ascii_alphanumeric() || b"-.*?".contains(&byte);
            if name.contains(':') || !vendor.bytes().all(of_vendor) {
                let what = format!("{action:?} is not of the form service:action");
                return Err(
                    PolicyError::new(place, what).in_words("Actions/Condition can contain only one colon.")
                );
            }
            if self.kind == Kind::Trust && !vendor.eq_ignore_ascii_case("sts") {
                let what = format!("{action:?} is not an action of sts");
                return Err(PolicyError::new(place, what)
                    .in_words("AssumeRole policy may only specify STS AssumeRole actions."));
            }
        }
        Ok(Actions { texts, negated })
    }

    fn read_resources(
        self,
        place: &str,
        members: &mut Map<String, Value>,
    ) -> Result<Option<Resources>, PolicyError> {
        if self.kind == Kind::Trust {
            for name in ["Resource", "NotResource"] {
                if members.contains_key(name) {
                    let what = "a trust policy is about its role and names no resource";
                    return Err(PolicyError::new(format!("{place}.{name}"), what)
                        .in_words("Has prohibited field Resource."));
                }
            }
            return Ok(None);
        }
        let (place, texts, negated) = one_of(place, "Resource", members)
            .map_err(|error| error.in_words("Policy statement must contain resources."))?;
        let reading = Reading { wildcards: true, variables: self.variables };
        let mut patterns = Vec::new();
        for resource in &texts {
            if resource != "*" && !resource.starts_with("arn:") {
                let what = format!("{resource:?} is not an ARN or *");
                return Err(
                    PolicyError::new(place, what).in_words("Resource must be in ARN format or \"*\".")
                );
            }
            let pattern = TextPattern::parse(resource, reading)
                .map_err(|what| PolicyError::new(place.clone(), what))?;
            patterns.push(pattern);
        }
        Ok(Some(Resources { texts, patterns, negated }))
    }

    fn read_principals(
        self,
        place: &str,
        members: &mut Map<String, Value>,
    ) -> Result<Option<Principals>, PolicyError> {
        let (name, value) = match (members.remove("Principal"), members.remove("NotPrincipal")) {
            (None, None) if self.kind == Kind::Identity => return Ok(None),
            (Some(_), _) | (_, Some(_)) if self.kind == Kind::Identity => {
                let what = "a policy of a user, group or role is about its holder and names no principal";
                return Err(PolicyError::new(format!("{place}.Principal"), what)
                    .in_words("Policy document should not specify a principal."));
            }
            (Some(value), None) => ("Principal", value),
            (None, Some(value)) => ("NotPrincipal", value),
            (Some(_), Some(_)) => {
                return Err(PolicyError::new(place, "it has both Principal and NotPrincipal"));
            }
            (None, None) => {
                return Err(PolicyError::new(format!("{place}.Principal"), "it is missing")
                    .in_words("Missing required field Principal"));
            }
        };
        let place = format!("{place}.{name}");
        let negated = name == "NotPrincipal";
        let kinds = match value {
            Value::String(text) if text == "*" => {
                return Ok(Some(Principals { named: vec![NamedPrincipal::Everybody], negated }));
            }
            Value::Object(kinds) if !kinds.is_empty() => kinds,
            _ => {
                return Err(PolicyError::new(place, "it has to be \"*\" or an object such as {\"AWS\": ..}"));
            }
        };
        let mut named = Vec::new();
        for (kind, value) in kinds {
            let place = format!("{place}.{kind}");
            for text in texts(&place, value)? {
                let principal = read_principal(&kind, &text).map_err(|what| {
                    PolicyError::new(place.clone(), what).in_words("Invalid principal in policy.")
                })?;
                named.push(principal);
            }
        }
        Ok(Some(Principals { named, negated }))
    }
}

fn read_principal(kind: &str, text: &str) -> Result<NamedPrincipal, String> {
    match kind {
        "AWS" => NamedPrincipal::parse_aws(text)
            .ok_or_else(|| format!("{text:?} is not an account id, the ARN of a user or role, or *")),
        "Service" => NamedPrincipal::parse_service(text)
            .ok_or_else(|| format!("{text:?} is not a service such as apigateway.amazonaws.com")),
        "Federated" | "CanonicalUser" => Ok(NamedPrincipal::Elsewhere),
        _ => Err("the kind is not AWS, Service, Federated or CanonicalUser".to_owned()),
    }
}

/// Reads `name` or `Notname`, of which a statement has exactly one: its place, its texts, and whether it is the latter.
fn one_of(
    place: &str,
    name: &str,
    members: &mut Map<String, Value>,
) -> Result<(String, Vec<String>, bool), PolicyError> {
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
    let texts = texts(&place, value)?;
    Ok((place, texts, negated))
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
