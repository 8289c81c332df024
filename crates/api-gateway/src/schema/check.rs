//! Checking a payload against a compiled schema.
//!
//! What must stay true: the messages are those of the validator that AWS uses; a check visits a bounded number of values to a
//! bounded depth; however large a value is, what is told of it is not.

use indexmap::IndexMap;

use super::equality::{are_equal, has_duplicates};
use super::{Additional, Bound, CheckLimit, Dependency, Items, Node, Schema, Type};
use crate::json::Json;
use crate::limits::{
    SCHEMA_CHECK_DEPTH_MAX, SCHEMA_CHECK_STEPS_MAX, SCHEMA_ERROR_BYTES_MAX, SCHEMA_ERRORS_MAX,
};

pub(super) fn check(schema: &Schema, payload: &Json) -> Result<Vec<String>, CheckLimit> {
    let mut check = Check { nodes: &schema.nodes, steps: 0, depth: 0, errors: Vec::new() };
    check.visit(schema.root, payload)?;
    Ok(check.errors)
}

struct Check<'s> {
    nodes: &'s [Node],
    steps: usize,
    depth: usize,
    errors: Vec<String>,
}

type Done = Result<(), CheckLimit>;

impl Check<'_> {
    fn visit(&mut self, node: usize, value: &Json) -> Done {
        self.steps += 1;
        if self.steps > SCHEMA_CHECK_STEPS_MAX {
            return Err(CheckLimit { limit: SCHEMA_CHECK_STEPS_MAX, unit: "steps" });
        }
        if self.depth >= SCHEMA_CHECK_DEPTH_MAX {
            return Err(CheckLimit { limit: SCHEMA_CHECK_DEPTH_MAX, unit: "levels" });
        }
        let nodes = self.nodes;
        let Some(node) = nodes.get(node) else { return Ok(()) };
        self.depth += 1;
        let done = match node.reference {
            Some(reference) => self.visit(reference, value),
            None => self.keywords(node, value),
        };
        self.depth -= 1;
        done
    }

    /// Whether a value fits, without telling why not.
    fn fits(&mut self, node: usize, value: &Json) -> Result<bool, CheckLimit> {
        let before = std::mem::take(&mut self.errors);
        let done = self.visit(node, value);
        let fits = self.errors.is_empty();
        self.errors = before;
        done.map(|()| fits)
    }

    fn fail(&mut self, message: impl FnOnce() -> String) {
        if self.errors.len() < SCHEMA_ERRORS_MAX {
            let mut message = message();
            crate::text::shorten(&mut message, SCHEMA_ERROR_BYTES_MAX, "...");
            self.errors.push(message);
        }
    }

    fn keywords(&mut self, node: &Node, value: &Json) -> Done {
        let kind = Type::of(value);
        let is_of = |wanted: &Type| *wanted == kind || (*wanted == Type::Number && kind == Type::Integer);
        if !node.types.is_empty() && !node.types.iter().any(is_of) {
            let allowed = listed(node.types.iter().map(|wanted| wanted.name()));
            self.fail(|| {
                format!(
                    "instance type ({}) does not match any allowed primitive type (allowed: {allowed})",
                    kind.name()
                )
            });
        }
        if let Some(allowed) = &node.enumeration
            && !allowed.iter().any(|known| are_equal(known, value))
        {
            self.fail(|| {
                let allowed = Json::Array(allowed.clone());
                format!("instance value ({value}) not found in enum (possible values: {allowed})")
            });
        }
        match value {
            Json::String(text) => self.string(node, text),
            Json::Array(items) => self.array(node, items)?,
            Json::Object(members) => self.object(node, value, members)?,
            _ => self.number(node, value),
        }
        self.combined(node, value)
    }

    fn number(&mut self, node: &Node, value: &Json) {
        let Some(number) = value.as_f64() else { return };
        if let Some(Bound { value: minimum, is_exclusive }) = node.minimum {
            if number < minimum {
                self.fail(|| format!("numeric instance is lower than the required minimum (minimum: {minimum}, found: {value})"));
            } else if is_exclusive && number <= minimum {
                self.fail(|| {
                    format!("numeric instance is not strictly greater than the required minimum {minimum}")
                });
            }
        }
        if let Some(Bound { value: maximum, is_exclusive }) = node.maximum {
            if number > maximum {
                self.fail(|| format!("numeric instance is greater than the required maximum (maximum: {maximum}, found: {value})"));
            } else if is_exclusive && number >= maximum {
                self.fail(|| {
                    format!("numeric instance is not strictly lower than the required maximum {maximum}")
                });
            }
        }
        if let Some(divisor) = node.multiple_of {
            let quotient = number / divisor;
            if (quotient - quotient.round()).abs() > 1e-9 * quotient.abs().max(1.0) {
                self.fail(|| format!("remainder of division is not zero ({value} / {divisor})"));
            }
        }
    }

    fn string(&mut self, node: &Node, text: &str) {
        let length = text.chars().count();
        let shown = || Json::String(text.to_owned());
        if let Some(min) = node.lengths.min.filter(|min| length < *min) {
            self.fail(|| {
                format!("string {} is too short (length: {length}, required minimum: {min})", shown())
            });
        }
        if let Some(max) = node.lengths.max.filter(|max| length > *max) {
            self.fail(|| {
                format!("string {} is too long (length: {length}, maximum allowed: {max})", shown())
            });
        }
        if let Some((pattern, regex)) = &node.pattern
            && !regex.is_match(text)
        {
            let pattern = Json::String(pattern.clone());
            self.fail(|| format!("ECMA 262 regex {pattern} does not match input string {}", shown()));
        }
    }

    fn array(&mut self, node: &Node, items: &[Json]) -> Done {
        let count = items.len();
        if let Some(min) = node.item_counts.min.filter(|min| count < *min) {
            self.fail(|| {
                format!(
                    "array is too short: must have at least {min} elements but instance has {count} elements"
                )
            });
        }
        if let Some(max) = node.item_counts.max.filter(|max| count > *max) {
            self.fail(|| {
                format!(
                    "array is too long: must have at most {max} elements but instance has {count} elements"
                )
            });
        }
        if node.has_unique_items && has_duplicates(items) {
            self.fail(|| "array must not contain duplicate elements".to_owned());
        }
        match &node.items {
            Items::Any => {}
            Items::All(schema) => {
                for item in items {
                    self.visit(*schema, item)?;
                }
            }
            Items::Each(schemas) => {
                for (item, schema) in items.iter().zip(schemas) {
                    self.visit(*schema, item)?;
                }
                let rest = items.get(schemas.len()..).unwrap_or_default();
                match &node.additional_items {
                    Additional::Refused if !rest.is_empty() => {
                        let allowed = schemas.len();
                        self.fail(|| format!("array is too long: must have at most {allowed} elements but instance has {count} elements"));
                    }
                    Additional::Like(schema) => {
                        for item in rest {
                            self.visit(*schema, item)?;
                        }
                    }
                    Additional::Allowed | Additional::Refused => {}
                }
            }
        }
        Ok(())
    }

    fn object(&mut self, node: &Node, value: &Json, members: &IndexMap<String, Json>) -> Done {
        let missing: Vec<&String> =
            node.required.iter().filter(|name| !members.contains_key(*name)).collect();
        if !missing.is_empty() {
            let missing = listed(missing.into_iter().map(String::as_str));
            self.fail(|| format!("object has missing required properties ({missing})"));
        }
        let count = members.len();
        if let Some(min) = node.property_counts.min.filter(|min| count < *min) {
            self.fail(|| {
                format!("object has too few properties (found {count} but schema requires at least {min})")
            });
        }
        if let Some(max) = node.property_counts.max.filter(|max| count > *max) {
            self.fail(|| {
                format!("object has too many properties (found {count} but schema requires at most {max})")
            });
        }
        let mut refused = Vec::new();
        for (name, member) in members {
            self.member(node, name, member, &mut refused)?;
        }
        if !refused.is_empty() {
            let refused = listed(refused.into_iter());
            self.fail(|| {
                format!("object instance has properties which are not allowed by the schema: {refused}")
            });
        }
        self.dependencies(node, value, members)
    }

    fn member<'m>(&mut self, node: &Node, name: &'m str, member: &Json, refused: &mut Vec<&'m str>) -> Done {
        let mut is_named = false;
        if let Some(schema) = node.properties.get(name) {
            is_named = true;
            self.visit(*schema, member)?;
        }
        for (pattern, schema) in &node.pattern_properties {
            if pattern.is_match(name) {
                is_named = true;
                self.visit(*schema, member)?;
            }
        }
        match &node.additional_properties {
            Additional::Refused if !is_named => refused.push(name),
            Additional::Like(schema) if !is_named => self.visit(*schema, member)?,
            _ => {}
        }
        Ok(())
    }

    fn dependencies(&mut self, node: &Node, value: &Json, members: &IndexMap<String, Json>) -> Done {
        for (name, dependency) in &node.dependencies {
            if !members.contains_key(name) {
                continue;
            }
            match dependency {
                Dependency::Schema(schema) => self.visit(*schema, value)?,
                Dependency::Properties(required) => {
                    let missing = required.iter().filter(|other| !members.contains_key(*other));
                    let missing: Vec<&str> = missing.map(String::as_str).collect();
                    if !missing.is_empty() {
                        let required = listed(required.iter().map(String::as_str));
                        let missing = listed(missing.into_iter());
                        self.fail(|| format!("property \"{name}\" of object has missing property dependencies (schema requires {required}; missing: {missing})"));
                    }
                }
            }
        }
        Ok(())
    }

    fn combined(&mut self, node: &Node, value: &Json) -> Done {
        let all = self.matching(&node.all_of, value)?;
        if all < node.all_of.len() {
            let count = node.all_of.len();
            self.fail(|| {
                format!("instance failed to match all required schemas (matched only {all} out of {count})")
            });
        }
        if !node.any_of.is_empty() && self.matching(&node.any_of, value)? == 0 {
            let count = node.any_of.len();
            self.fail(|| format!("instance failed to match at least one required schema among {count}"));
        }
        if !node.one_of.is_empty() {
            let (matched, count) = (self.matching(&node.one_of, value)?, node.one_of.len());
            if matched != 1 {
                self.fail(|| {
                    format!("instance failed to match exactly one schema (matched {matched} out of {count})")
                });
            }
        }
        if let Some(not) = node.not
            && self.fits(not, value)?
        {
            self.fail(|| "instance matched a schema which it should not have".to_owned());
        }
        Ok(())
    }

    fn matching(&mut self, schemas: &[usize], value: &Json) -> Result<usize, CheckLimit> {
        let mut count = 0;
        for schema in schemas {
            count += usize::from(self.fits(*schema, value)?);
        }
        Ok(count)
    }
}

/// `["a","b"]`.
fn listed<'t>(names: impl Iterator<Item = &'t str>) -> String {
    Json::Array(names.map(|name| Json::String(name.to_owned())).collect()).to_string()
}
