//! Whether the demo and the tests build each dependency once (docs/adr/0003).
//!
//! What must stay true: nothing that only tests name switches a feature on in a crate that the program itself stands on, since
//! that crate and all above it, DataFusion too, would then be built a second time.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use crate::step::line;
use crate::workspace::Workspace;

/// Compares the crates and features of the program with those of all tests.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let program = tree(workspace, &["--edges", "normal,build"])?;
    let tests = tree(workspace, &["--edges", "normal,build,dev", "--workspace"])?;
    let twice = built_twice(&program, &tests);
    if twice.is_empty() {
        println!("{} dependencies are the same for the program and for its tests", program.len());
        return Ok(());
    }
    for crate_and_features in &twice {
        println!("{crate_and_features}");
    }
    bail!(
        "tests build the dependencies above with other features than the program: switch those features on for both, in \
         [workspace.dependencies] or where docs/adr/0003 says"
    )
}

/// The program's crates, with their features, that the tests do not have just so.
fn built_twice<'a>(program: &'a BTreeSet<String>, tests: &'a BTreeSet<String>) -> Vec<&'a str> {
    program.difference(tests).map(String::as_str).collect()
}

/// A line per crate: name, version and features.
fn tree(workspace: &Workspace, arguments: &[&str]) -> Result<BTreeSet<String>> {
    let mut command = workspace.cargo(&["tree", "--quiet", "--prefix", "none", "--format", "{p} with {f}"]);
    command.args(arguments);
    let output = command.output().with_context(|| format!("cannot run `{}`", line(&command)))?;
    if !output.status.success() {
        bail!("`{}`: {}", line(&command), String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout).context("cargo tree prints UTF-8")?;
    Ok(text
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .filter(|line| !line.is_empty())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_only_tests_switch_on_is_found() {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<BTreeSet<_>>();
        let program = lines(&["serde v1.0.0 with std", "bytes v1.0.0 with std"]);
        let tests = lines(&["serde v1.0.0 with alloc,std", "bytes v1.0.0 with std", "shuttle v0.9.0 with "]);
        assert_eq!(built_twice(&program, &tests), ["serde v1.0.0 with std"]);
        assert_eq!(built_twice(&program, &program), Vec::<&str>::new());
    }
}
