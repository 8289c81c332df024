//! Updates: `{"patchOperations":[{"op","path","value","from"}]}`, and the tables that say which paths a noun has.
//! <https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html>
//!
//! An update is a loop over the operations: [`PatchTable::step`] finds the line of the table, the noun's own file does what the line
//! means. What must stay true: a path that no line has, or an operation that its line does not have, is refused in AWS's words.

use std::fmt;

use super::error::ControlError;
use super::members::Members;
use crate::limits::PATCH_OPERATIONS_MAX;

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// The operations by name, in the order in which AWS tells them.
const OPS: [(&str, Op); 6] = [
    ("add", Op::Add),
    ("remove", Op::Remove),
    ("replace", Op::Replace),
    ("move", Op::Move),
    ("copy", Op::Copy),
    ("test", Op::Test),
];

impl fmt::Display for Op {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = OPS.iter().find(|(_, op)| op == self).map_or("", |(name, _)| name);
        formatter.write_str(name)
    }
}

/// One operation of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatchOperation {
    pub(crate) op: Op,
    pub(crate) path: String,
    pub(crate) value: Option<String>,
    pub(crate) from: Option<String>,
}

/// The operations of a body.
pub(crate) fn read_patch(members: &mut Members) -> Result<Vec<PatchOperation>, ControlError> {
    let mut operations = Vec::new();
    let sent = members.structures("patchOperations")?.unwrap_or_default();
    if sent.len() > PATCH_OPERATIONS_MAX {
        let text =
            format!("An update has at most {PATCH_OPERATIONS_MAX} patch operations; send several updates");
        return Err(ControlError::bad_request(text));
    }
    for mut operation in sent {
        let op = operation.word("op", &OPS)?;
        let path = operation.text("path")?.unwrap_or_default();
        let (value, from) = (operation.text("value")?, operation.text("from")?);
        members.done(operation);
        // An unknown word is told by the members; a missing one is a replacement, the only operation that most paths have.
        operations.push(PatchOperation { op: op.unwrap_or(Op::Replace), path, value, from });
    }
    Ok(operations)
}

/// A line of a table.
pub(crate) struct Rule<K: 'static> {
    /// The path; a segment in braces stands for any name.
    pub(crate) path: &'static str,
    /// What can be done to it.
    pub(crate) ops: &'static [Op],
    /// What it is.
    pub(crate) kind: K,
}

/// How a noun tells that a path or an operation is wrong; they differ on AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// By naming the paths that the operation has.
    ByPaths,
    /// By naming the path, or the operations that it has.
    ByPath,
}

/// The paths of a noun.
pub(crate) struct PatchTable<K: 'static> {
    pub(crate) rules: &'static [Rule<K>],
    pub(crate) refusal: Refusal,
}

/// One operation with the line that it falls under.
#[derive(Debug)]
pub(crate) struct Step<'a, K> {
    pub(crate) kind: K,
    pub(crate) op: Op,
    /// What the segments in braces stood for, unescaped.
    pub(crate) names: Vec<String>,
    pub(crate) value: Option<&'a str>,
    pub(crate) from: Option<&'a str>,
    path: &'a str,
}

impl<K: Copy> PatchTable<K> {
    /// The line of an operation.
    pub(crate) fn step<'a>(&self, operation: &'a PatchOperation) -> Result<Step<'a, K>, ControlError> {
        let mut ops_of_path: &[Op] = &[];
        for rule in self.rules {
            let Some(names) = names_of(rule.path, &operation.path) else { continue };
            if rule.ops.contains(&operation.op) {
                let PatchOperation { op, path, value, from } = operation;
                return Ok(Step {
                    kind: rule.kind,
                    op: *op,
                    names,
                    value: value.as_deref(),
                    from: from.as_deref(),
                    path,
                });
            }
            ops_of_path = rule.ops;
        }
        Err(self.refused(operation, ops_of_path))
    }

    fn refused(&self, operation: &PatchOperation, ops_of_path: &[Op]) -> ControlError {
        let PatchOperation { op, path, .. } = operation;
        let paths: Vec<&str> =
            self.rules.iter().filter(|rule| rule.ops.contains(op)).map(|rule| rule.path).collect();
        ControlError::bad_request(match self.refusal {
            Refusal::ByPaths if paths.is_empty() => {
                format!(
                    "Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
                )
            }
            Refusal::ByPaths => format!(
                "Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{}]",
                paths.join(", ")
            ),
            Refusal::ByPath if !ops_of_path.is_empty() => {
                let ops: Vec<String> = ops_of_path.iter().map(Op::to_string).collect();
                format!("Invalid patch operation specified. Must be one of: [{}]", ops.join(", "))
            }
            Refusal::ByPath => format!("Invalid patch path {path}"),
        })
    }
}

impl<K> Step<'_, K> {
    /// The first name of the path.
    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// The value as a text; an absent one is empty.
    pub(crate) fn text(&self) -> &str {
        self.value.unwrap_or_default()
    }

    /// The value as a text, absent when it is empty or taken away.
    pub(crate) fn text_or_none(&self) -> Option<String> {
        (self.op != Op::Remove && !self.text().is_empty()).then(|| self.text().to_owned())
    }

    /// The value as a word of an enumeration, absent when it is empty or taken away.
    pub(crate) fn word_or_none<T: Copy>(&self, words: &[(&str, T)]) -> Result<Option<T>, ControlError> {
        let Some(text) = self.text_or_none() else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| Some(*value)).ok_or_else(|| self.invalid_value())
    }

    /// The value as a boolean; anything but `true` is false.
    pub(crate) fn flag(&self) -> bool {
        self.op != Op::Remove && self.text().eq_ignore_ascii_case("true")
    }

    /// The value as a number.
    pub(crate) fn number<N: std::str::FromStr>(&self) -> Result<N, ControlError> {
        self.text().parse().map_err(|_| self.invalid_value())
    }

    /// Changes an entry of a map, whose name is the path's. What is replaced or removed has to be there.
    pub(crate) fn change_entry<V>(
        &self,
        map: &mut indexmap::IndexMap<String, V>,
        value: V,
        absent: &str,
    ) -> Result<(), ControlError> {
        if self.op != Op::Add && !map.contains_key(self.name()) {
            return Err(ControlError::not_found(absent));
        }
        if self.op == Op::Remove {
            map.shift_remove(self.name());
        } else {
            map.insert(self.name().to_owned(), value);
        }
        Ok(())
    }

    /// The value is not what the path takes.
    pub(crate) fn invalid_value(&self) -> ControlError {
        let (value, path) = (self.text(), self.path);
        ControlError::bad_request(format!("Invalid patch value '{value}' specified for path '{path}'"))
    }
}

/// What the template's segments in braces stand for, when the path has the template's form.
fn names_of(template: &str, path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut segments = path.strip_prefix('/')?.split('/');
    for expected in template.strip_prefix('/')?.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            names.push(unescaped(segment));
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(names)
}

/// A segment of a JSON pointer (RFC 6901) as the name that it stands for.
pub(crate) fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: PatchTable<u8> = PatchTable {
        rules: &[
            Rule { path: "/name", ops: &[Op::Replace], kind: 1 },
            Rule { path: "/variables/{name}", ops: &[Op::Replace, Op::Remove], kind: 2 },
        ],
        refusal: Refusal::ByPaths,
    };

    fn check(op: Op, path: &str, expected: &str) {
        let operation = PatchOperation { op, path: path.to_owned(), value: None, from: None };
        let got = match TABLE.step(&operation) {
            Ok(step) => format!("{} {}", step.kind, step.names.join(",")),
            Err(error) => error.message,
        };
        assert_eq!(got, expected, "{op} {path}");
    }

    #[test]
    fn a_path_is_found_with_the_names_in_it_unescaped() {
        check(Op::Replace, "/name", "1 ");
        check(Op::Remove, "/variables/a~1b~01", "2 a/b~1");
    }

    #[test]
    fn a_path_that_is_not_there_is_told_with_those_that_are() {
        let all = "[/name, /variables/{name}]";
        for path in ["/variables", "/variables/", "/variables/a/b", "name", "", "/", "/Name"] {
            let told =
                format!("Invalid patch path  '{path}' specified for op 'replace'. Must be one of: {all}");
            check(Op::Replace, path, &told);
        }
        check(
            Op::Remove,
            "/name",
            "Invalid patch path  '/name' specified for op 'remove'. Must be one of: [/variables/{name}]",
        );
        check(
            Op::Test,
            "/name",
            "Invalid patch path  '/name' specified for op 'test'. Please choose supported operations",
        );
    }
}
