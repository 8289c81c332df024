//! What clippy cannot check: arrows between crates, opening comments, sizes, names and words that must not occur.
//!
//! Every rule is a function from the project's files to problems, and has a test that it finds what it is for. What must
//! stay true: a rule reads text alone and runs nothing, so all of them take well under a second.

mod arrows;
mod code;
mod fence;
mod functions;
mod manifest;
mod names;
mod opening;
mod size;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// The project's text files: path from the top to text.
pub(crate) struct Tree(BTreeMap<String, String>);

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    path: String,
    line: usize,
    message: String,
}

/// Prints every breach and fails when there is one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(workspace)?;
    let problems = problems(&tree);
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => {
            println!("{} files are tidy", tree.0.len());
            Ok(())
        }
        1 => bail!("one thing is not tidy"),
        count => bail!("{count} things are not tidy"),
    }
}

fn problems(tree: &Tree) -> Vec<Problem> {
    let rules: &[fn(&Tree) -> Vec<Problem>] = &[
        manifest::check,
        arrows::check,
        fence::check,
        opening::check,
        size::check,
        functions::check,
        names::check,
        words::check,
    ];
    let mut problems: Vec<Problem> = rules.iter().flat_map(|rule| rule(tree)).collect();
    problems.sort();
    problems
}

impl Tree {
    /// Files that are not UTF-8 text have nothing to check.
    fn read(workspace: &Workspace) -> Result<Self> {
        let mut files = BTreeMap::new();
        for path in workspace.files()? {
            if let Ok(text) = String::from_utf8(fs_err::read(workspace.root.join(&path))?) {
                files.insert(path, text);
            }
        }
        Ok(Self(files))
    }

    fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    fn files_ending(&self, endings: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(move |(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
    }

    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

impl Problem {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// What one rule says of these files, a line each.
#[cfg(test)]
fn said(rule: fn(&Tree) -> Vec<Problem>, files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    rule(&Tree(files)).iter().map(ToString::to_string).collect()
}
