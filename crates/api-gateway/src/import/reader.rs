//! Reading fields out of the definition tree: typed access, warnings for what nobody reads, local references.
//!
//! What must stay true: a field of the wrong type is an error at its place; a key that nothing reads is a warning with the
//! nearest known name.

use indexmap::IndexMap;

use super::document::{Member, Node, NodeValue};
use super::{Checking, ImportOptions, ImportProblem, ImportWarning, Place};

/// An error that does not know the file yet.
pub(super) type Located = (Place, ImportProblem);

/// The members of a map.
pub(super) type Fields = IndexMap<String, Member>;

/// Which of the two formats a definition is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Swagger2,
    OpenApi3,
}

/// The definition and what it was warned about.
pub(super) struct Reader<'a> {
    pub(super) root: &'a Node,
    pub(super) format: Format,
    pub(super) options: ImportOptions,
    pub(super) warnings: Vec<ImportWarning>,
}

/// How many references may lead to one another.
const REFERENCE_CHAIN_MAX: usize = 8;

impl<'a> Reader<'a> {
    /// Whether everything must run here.
    pub(super) fn is_strict(&self) -> bool {
        self.options.checking == Checking::Strict
    }

    /// A warning of our own.
    pub(super) fn warn(&mut self, place: Place, message: impl Into<String>) {
        self.warnings.push(ImportWarning { place, message: message.into(), is_given_by_aws: false });
    }

    /// A warning that Amazon API Gateway gives too, in its words.
    pub(super) fn warn_as_aws(&mut self, place: Place, message: impl Into<String>) {
        self.warnings.push(ImportWarning { place, message: message.into(), is_given_by_aws: true });
    }

    /// Warns about every key that is in neither list. `idle` are known keys without effect that deserve a word.
    pub(super) fn warn_unknown(&mut self, map: &Fields, within: &str, known: &[&str], idle: &[&str]) {
        for (key, member) in map {
            let is_foreign = key.starts_with("x-") && !key.starts_with("x-amazon-apigateway-");
            if known.contains(&key.as_str()) || is_foreign {
                continue;
            }
            if idle.contains(&key.as_str()) {
                self.warn(
                    member.key_place,
                    format!("'{key}' in {within} has no effect: API Gateway's REST APIs have no use for it"),
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

    /// A map of texts, empty when the field is absent. A lenient reader leaves out what is no text, with the warning of Amazon
    /// API Gateway, which names the `subject`: `resource '/a' and method 'GET'`.
    pub(super) fn text_map(
        &mut self,
        owner: &Fields,
        field: &str,
        subject: &str,
    ) -> Result<IndexMap<String, String>, Located> {
        let Some(member) = owner.get(field) else { return Ok(IndexMap::new()) };
        let mut out = IndexMap::new();
        for (key, value) in map(&member.node, field)? {
            match text(&value.node, key) {
                Ok(text) => {
                    out.insert(key.clone(), text.to_owned());
                }
                Err(problem) if self.is_strict() => return Err(problem),
                Err(_) => {
                    let got = value.node.to_json();
                    self.warn_as_aws(
                        value.node.place,
                        format!("Invalid format for '{field}'. Expected type string for property '{key}' of {subject} but got '{got}'"),
                    );
                }
            }
        }
        Ok(out)
    }
}

pub(super) fn map<'a>(node: &'a Node, field: &str) -> Result<&'a Fields, Located> {
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
        NodeValue::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        NodeValue::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(wrong_type(node, field, "true or false")),
    }
}

/// A whole number when the field is there.
pub(super) fn optional_number<N: std::str::FromStr>(
    owner: &Fields,
    field: &'static str,
    allowed: &'static str,
) -> Result<Option<N>, Located> {
    let Some(member) = owner.get(field) else { return Ok(None) };
    let value = text(&member.node, field)?;
    value.parse().map(Some).map_err(|_| not_allowed(&member.node, field, value, allowed))
}

/// A list of texts when the field is there.
pub(super) fn optional_texts(owner: &Fields, field: &str) -> Result<Option<Vec<String>>, Located> {
    let Some(member) = owner.get(field) else { return Ok(None) };
    list(&member.node, field)?
        .iter()
        .map(|item| text(item, field).map(str::to_owned))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A text when the field is there.
pub(super) fn optional_text(owner: &Fields, field: &str) -> Result<Option<String>, Located> {
    owner.get(field).map(|member| text(&member.node, field).map(str::to_owned)).transpose()
}

/// True or false when the field is there.
pub(super) fn optional_boolean(owner: &Fields, field: &str) -> Result<Option<bool>, Located> {
    owner.get(field).map(|member| boolean(&member.node, field)).transpose()
}

/// A map, empty when the field is absent.
pub(super) fn optional_map<'a>(owner: &'a Fields, field: &str) -> Result<Option<&'a Fields>, Located> {
    owner.get(field).map(|member| map(&member.node, field)).transpose()
}

pub(super) fn required<'a>(
    owner: &'a Fields,
    field: &'static str,
    within: &str,
    place: Place,
) -> Result<&'a Member, Located> {
    owner.get(field).ok_or_else(|| (place, ImportProblem::Missing { field, within: within.to_owned() }))
}

pub(super) fn not_allowed(node: &Node, field: &'static str, value: &str, allowed: &'static str) -> Located {
    (node.place, ImportProblem::NotAllowed { field, value: value.to_owned(), allowed })
}

pub(super) fn wrong_type(node: &Node, field: &str, expected: &'static str) -> Located {
    (node.place, ImportProblem::WrongType { field: field.to_owned(), expected, found: node.kind() })
}
