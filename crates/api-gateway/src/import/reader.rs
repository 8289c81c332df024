//! Reading fields out of the definition tree: typed access, warnings for what nobody reads, local references.
//!
//! What must stay true: a field of the wrong type is an error at its place; a key that nothing reads is a warning with the
//! nearest known name.

use indexmap::IndexMap;

use super::document::{Member, Node, NodeValue};
use super::{ImportProblem, ImportWarning, Place};

/// An error that does not know the file yet.
pub(super) type Located = (Place, ImportProblem);

/// The definition and what it was warned about.
pub(super) struct Reader<'a> {
    pub(super) root: &'a Node,
    pub(super) warnings: Vec<ImportWarning>,
}

/// How many references may lead to one another.
const REFERENCE_CHAIN_MAX: usize = 8;

impl<'a> Reader<'a> {
    pub(super) fn warn(&mut self, place: Place, message: impl Into<String>) {
        self.warnings.push(ImportWarning { place, message: message.into() });
    }

    /// Warns about every key that is in neither list. `idle` are known keys without effect that deserve a word.
    pub(super) fn warn_unknown(
        &mut self,
        map: &IndexMap<String, Member>,
        within: &str,
        known: &[&str],
        idle: &[&str],
    ) {
        for (key, member) in map {
            let is_foreign = key.starts_with("x-") && !key.starts_with("x-amazon-apigateway-");
            if known.contains(&key.as_str()) || is_foreign {
                continue;
            }
            if idle.contains(&key.as_str()) {
                self.warn(
                    member.key_place,
                    format!("'{key}' in {within} is not supported yet and has no effect"),
                );
                continue;
            }
            let nearest = known
                .iter()
                .chain(idle)
                .map(|name| (strsim::damerau_levenshtein(name, key), name))
                .filter(|(distance, _)| *distance <= 1 + key.len() / 4)
                .min();
            let hint = nearest.map_or(String::new(), |(_, name)| format!("; did you mean '{name}'?"));
            self.warn(member.key_place, format!("unknown key '{key}' in {within} has no effect{hint}"));
        }
    }

    /// Follows `$ref: '#/...'` to where it leads.
    pub(super) fn resolve(&self, node: &'a Node) -> Result<&'a Node, Located> {
        let mut current = node;
        for _ in 0..REFERENCE_CHAIN_MAX {
            let NodeValue::Map(map) = &current.value else { return Ok(current) };
            let Some(member) = map.get("$ref") else { return Ok(current) };
            let target = text(&member.node, "$ref")?;
            current = self
                .at_pointer(target)
                .ok_or_else(|| (member.node.place, ImportProblem::DanglingReference(target.to_owned())))?;
        }
        Err((node.place, ImportProblem::DanglingReference("a chain of references without end".to_owned())))
    }

    fn at_pointer(&self, pointer: &str) -> Option<&'a Node> {
        let mut node = self.root;
        for part in pointer.strip_prefix("#/")?.split('/') {
            let NodeValue::Map(map) = &node.value else { return None };
            node = &map.get(&part.replace("~1", "/").replace("~0", "~"))?.node;
        }
        Some(node)
    }
}

pub(super) fn map<'a>(node: &'a Node, field: &str) -> Result<&'a IndexMap<String, Member>, Located> {
    match &node.value {
        NodeValue::Map(map) => Ok(map),
        _ => Err(wrong_type(node, field, "a map")),
    }
}

pub(super) fn list<'a>(node: &'a Node, field: &str) -> Result<&'a [Node], Located> {
    match &node.value {
        NodeValue::List(items) => Ok(items),
        _ => Err(wrong_type(node, field, "a list")),
    }
}

/// A text; a number stands for its digits, because `200:` and `version: 1.0` are numbers in YAML.
pub(super) fn text<'a>(node: &'a Node, field: &str) -> Result<&'a str, Located> {
    match &node.value {
        NodeValue::String(text) | NodeValue::Number(text) => Ok(text),
        _ => Err(wrong_type(node, field, "a text")),
    }
}

pub(super) fn boolean(node: &Node, field: &str) -> Result<bool, Located> {
    match &node.value {
        NodeValue::Bool(value) => Ok(*value),
        NodeValue::String(text) if text == "true" => Ok(true),
        NodeValue::String(text) if text == "false" => Ok(false),
        _ => Err(wrong_type(node, field, "true or false")),
    }
}

/// A map of texts, empty when the field is absent.
pub(super) fn text_map(
    owner: &IndexMap<String, Member>,
    field: &str,
) -> Result<IndexMap<String, String>, Located> {
    let Some(member) = owner.get(field) else { return Ok(IndexMap::new()) };
    let mut out = IndexMap::new();
    for (key, value) in map(&member.node, field)? {
        out.insert(key.clone(), text(&value.node, key)?.to_owned());
    }
    Ok(out)
}

/// A text when the field is there.
pub(super) fn optional_text(
    owner: &IndexMap<String, Member>,
    field: &str,
) -> Result<Option<String>, Located> {
    owner.get(field).map(|member| text(&member.node, field).map(str::to_owned)).transpose()
}

fn wrong_type(node: &Node, field: &str, expected: &'static str) -> Located {
    (node.place, ImportProblem::WrongType { field: field.to_owned(), expected, found: node.kind() })
}
