//! Modules are named after what they hold; a name that would fit anything is refused.

use super::code::{code_of, line_of, tokens};
use super::{Problem, Tree};

const NAMES_OF_ANYTHING: &[&str] = &["common", "util", "utils", "helper", "helpers", "misc"];

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, _) in tree.files_ending(&[".rs", ".ts", ".tsx", ".py"]) {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        if let Some(name) = stem.split('/').find(|part| NAMES_OF_ANYTHING.contains(part)) {
            problems.push(Problem::new(path, 1, refused(name)));
        }
    }
    for (path, text) in tree.files_ending(&[".rs"]) {
        let code = code_of(text);
        let pairs = tokens(&code).zip(tokens(&code).skip(1));
        for (_, (offset, name)) in pairs.filter(|((_, keyword), _)| *keyword == "mod") {
            if NAMES_OF_ANYTHING.contains(&name) {
                problems.push(Problem::new(path, line_of(&code, offset), refused(name)));
            }
        }
    }
    problems
}

fn refused(name: &str) -> String {
    format!("`{name}` could hold anything; name the module after what is in it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[test]
    fn names_that_fit_anything_are_found() {
        let files = [
            ("crates/a/src/utils.rs", "//! .."),
            ("crates/a/tests/it/common/mod.rs", "//! .."),
            ("crates/a/src/lib.rs", "mod shard;\n// mod misc\nmod helpers { }\n"),
        ];
        let why = "could hold anything; name the module after what is in it";
        assert_eq!(
            said(check, &files),
            [
                format!("crates/a/src/utils.rs:1: `utils` {why}"),
                format!("crates/a/tests/it/common/mod.rs:1: `common` {why}"),
                format!("crates/a/src/lib.rs:3: `helpers` {why}"),
            ]
        );
    }
}
