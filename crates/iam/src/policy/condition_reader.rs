//! The member `Condition` of a statement.

use serde_json::Value;

use crate::policy::comparison::Expected;
use crate::policy::condition::{Condition, Quantifier, Test};
use crate::policy::document::PolicyError;
use crate::policy::key::ContextKey;
use crate::policy::reader::texts;

/// Reads a map from operators to maps from keys to values.
pub(crate) fn read_conditions(
    place: &str,
    value: Value,
    variables: bool,
) -> Result<Vec<Condition>, PolicyError> {
    let Value::Object(operators) = value else {
        return Err(PolicyError::new(place, "it has to be an object of operators"));
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let place = format!("{place}.{operator}");
        let Value::Object(keys) = keys else {
            return Err(PolicyError::new(place, "it has to be an object of keys"));
        };
        for (name, values) in keys {
            let place = format!("{place}.{name}");
            let key = ContextKey::parse(&name)
                .ok_or_else(|| PolicyError::new(place.clone(), "this key is not known to this server"))?;
            let values = texts(&place, spoken(values))?;
            let test =
                read_test(&operator, &values, variables).map_err(|what| PolicyError::new(place, what))?;
            conditions.push(Condition { key, test });
        }
    }
    Ok(conditions)
}

/// `ForAnyValue:StringNotLikeIfExists` and the like, with its values.
fn read_test(operator: &str, values: &[String], variables: bool) -> Result<Test, String> {
    let unknown = || format!("the operator {operator} is not known to this server");
    let (quantifier, name) = match operator.split_once(':') {
        None => (Quantifier::One, operator),
        Some(("ForAnyValue", name)) => (Quantifier::Any, name),
        Some(("ForAllValues", name)) => (Quantifier::All, name),
        Some(_) => return Err(unknown()),
    };
    if operator == "Null" {
        let truths = values.iter().map(|value| match value.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{value:?} is not \"true\" or \"false\"")),
        });
        return Ok(Test::Null(truths.collect::<Result<_, _>>()?));
    }
    let (name, if_exists) = match name.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (positive, negated) = match name {
        "NotIpAddress" => ("IpAddress".to_owned(), true),
        _ => match name.split_once("Not") {
            Some((kind, rest)) => (format!("{kind}{rest}"), true),
            None => (name.to_owned(), false),
        },
    };
    // There is a negative of equality and likeness alone.
    if negated && !matches!(name, "NotIpAddress") && !name.contains("NotEquals") && !name.ends_with("NotLike")
    {
        return Err(unknown());
    }
    let expected = Expected::parse(&positive, values, variables).ok_or_else(unknown)??;
    Ok(Test::Compare { expected, negated, if_exists, quantifier })
}

/// Booleans and numbers as the words for them, which policies take in both forms.
fn spoken(value: Value) -> Value {
    match value {
        Value::Bool(value) => Value::String(value.to_string()),
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(elements) => Value::Array(elements.into_iter().map(spoken).collect()),
        other => other,
    }
}
