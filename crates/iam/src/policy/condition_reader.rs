//! The member `Condition` of a statement.

use serde_json::Value;

use crate::policy::condition::{Comparison, Condition, ContextKey};
use crate::policy::document::PolicyError;
use crate::policy::reader::texts;

/// Reads a map from operators to maps from keys to values.
pub(crate) fn read_conditions(place: &str, value: Value) -> Result<Vec<Condition>, PolicyError> {
    let Value::Object(operators) = value else {
        return Err(PolicyError::new(place, "it has to be an object of operators"));
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let place = format!("{place}.{operator}");
        let (name, if_exists) = match operator.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (operator.as_str(), false),
        };
        let comparison = Comparison::parse(name)
            .filter(|comparison| !(if_exists && *comparison == Comparison::Null))
            .ok_or_else(|| {
                PolicyError::new(place.clone(), "this operator is not supported by this server")
            })?;
        let Value::Object(keys) = keys else {
            return Err(PolicyError::new(place, "it has to be an object of keys"));
        };
        for (name, values) in keys {
            let place = format!("{place}.{name}");
            let key = ContextKey::parse(&name)
                .ok_or_else(|| PolicyError::new(place.clone(), "this key is not known to this server"))?;
            let values = texts(&place, spoken(values))?;
            if comparison == Comparison::Null
                && let Some(bad) = values.iter().find(|value| *value != "true" && *value != "false")
            {
                return Err(PolicyError::new(place, format!("{bad:?} is not \"true\" or \"false\"")));
            }
            conditions.push(Condition { comparison, if_exists, key, values });
        }
    }
    Ok(conditions)
}

/// Booleans as the words for them, which policies take in both forms.
fn spoken(value: Value) -> Value {
    match value {
        Value::Bool(value) => Value::String(value.to_string()),
        Value::Array(elements) => Value::Array(elements.into_iter().map(spoken).collect()),
        other => other,
    }
}
