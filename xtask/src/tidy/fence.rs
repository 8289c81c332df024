//! The DataFusion fence: only `lakehouse` names the table engine, so everything else builds in a minute. And no `unsafe`.

use super::code::{code_of, line_of, tokens};
use super::manifest::{crate_name, dependencies, members};
use super::{Problem, Tree};

const ENGINE: &[&str] = &["datafusion", "deltalake", "arrow", "parquet"];
const BEHIND_THE_FENCE: &str = "lakehouse";

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in members(tree).filter(|(path, _)| is_outside(path)) {
        for dependency in dependencies(text).filter(|dependency| is_engine_package(dependency.package)) {
            let message = format!("only {BEHIND_THE_FENCE} may name {}", dependency.package);
            problems.push(Problem::new(path, dependency.line, message));
        }
    }
    for (path, text) in tree.files_ending(&[".rs"]) {
        let code = code_of(text);
        for (offset, token) in tokens(&code) {
            if token == "unsafe" {
                problems.push(Problem::new(path, line_of(&code, offset), "no unsafe code"));
            }
            let is_path = code[offset + token.len()..].starts_with("::");
            if is_outside(path) && is_path && ENGINE.contains(&token) {
                let message = format!("only {BEHIND_THE_FENCE} may name {token}");
                problems.push(Problem::new(path, line_of(&code, offset), message));
            }
        }
    }
    problems
}

fn is_outside(path: &str) -> bool {
    crate_name(path) != Some(BEHIND_THE_FENCE)
}

/// `arrow` and `arrow-json`, not `arrowhead`.
fn is_engine_package(package: &str) -> bool {
    ENGINE.iter().any(|engine| {
        package.strip_prefix(engine).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[test]
    fn the_engine_outside_of_the_fence_is_found_in_manifests() {
        let manifest =
            "[dependencies]\narrow-json = { workspace = true }\narrowhead = { workspace = true }\n";
        assert_eq!(
            said(
                check,
                &[("crates/alluvium/Cargo.toml", manifest), ("crates/lakehouse/Cargo.toml", manifest)]
            ),
            ["crates/alluvium/Cargo.toml:2: only lakehouse may name arrow-json"]
        );
    }

    #[test]
    fn the_engine_outside_of_the_fence_is_found_in_code() {
        let source = "//! arrow::x\nuse arrow::array;\nlet arrow = 1; \"parquet::x\"\n";
        assert_eq!(
            said(check, &[("crates/vtl/src/lib.rs", source), ("crates/lakehouse/src/lib.rs", source)]),
            ["crates/vtl/src/lib.rs:2: only lakehouse may name arrow"]
        );
    }

    #[test]
    fn unsafe_code_is_found_and_the_lint_of_that_name_is_not() {
        let source = "#![forbid(unsafe_code)]\n// unsafe\nfn f() { unsafe { g() } }\n";
        assert_eq!(
            said(check, &[("crates/lakehouse/src/a.rs", source)]),
            ["crates/lakehouse/src/a.rs:3: no unsafe code"]
        );
    }
}
