//! Every source file opens by saying what it is for.

use super::{Problem, Tree};

/// A single word says nothing; a name with a link to the page that it follows does.
const WORDS_MIN: usize = 2;

/// Endings of source files, each with what an opening comment begins with.
const OPENINGS: &[(&str, &[&str])] = &[
    (".rs", &["//!"]),
    (".ts", &["//", "/*"]),
    (".tsx", &["//", "/*"]),
    (".sql", &["--", "/*"]),
    (".py", &["\"\"\"", "#"]),
];

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.files() {
        let Some((_, beginnings)) = OPENINGS.iter().find(|(ending, _)| path.ends_with(ending)) else {
            continue;
        };
        let first = text.lines().find(|line| !line.starts_with("#!")).unwrap_or_default();
        let words = beginnings.iter().find_map(|beginning| first.strip_prefix(beginning));
        match words {
            None => {
                let message =
                    format!("does not open with a comment that says what it is for ({} ..)", beginnings[0]);
                problems.push(Problem::new(path, 1, message));
            }
            Some(words) if words.split_whitespace().count() < WORDS_MIN => {
                problems.push(Problem::new(path, 1, "its opening comment does not say what it is for"));
            }
            Some(_) => {}
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[test]
    fn a_file_that_does_not_say_what_it_is_for_is_found() {
        let files = [
            ("crates/a/src/a.rs", "use std::fs;\n//! too late to say\n"),
            ("crates/a/src/b.rs", "//! b\n"),
            ("crates/a/src/c.rs", ""),
            ("examples/d.sql", "SELECT 1"),
            ("tests/e.py", "#!/usr/bin/env python3\nimport sys\n"),
            ("console/f.ts", "export {};\n"),
        ];
        assert_eq!(
            said(check, &files),
            [
                "console/f.ts:1: does not open with a comment that says what it is for (// ..)",
                "crates/a/src/a.rs:1: does not open with a comment that says what it is for (//! ..)",
                "crates/a/src/b.rs:1: its opening comment does not say what it is for",
                "crates/a/src/c.rs:1: does not open with a comment that says what it is for (//! ..)",
                "examples/d.sql:1: does not open with a comment that says what it is for (-- ..)",
                "tests/e.py:1: does not open with a comment that says what it is for (\"\"\" ..)",
            ]
        );
    }

    #[test]
    fn files_that_do_are_not() {
        let files = [
            ("crates/a/src/a.rs", "//! Counts the shards that are open.\n"),
            ("crates/a/src/b.rs", "//! PutRecord (<https://docs.example/PutRecord>).\n"),
            ("examples/d.sql", "-- Cleans the pins of a stream.\n"),
            ("tests/e.py", "#!/usr/bin/env python3\n\"\"\"Reads tables back with DuckDB.\"\"\"\n"),
            ("README.md", "Alluvium\n"),
        ];
        assert_eq!(said(check, &files), [""; 0]);
    }
}
