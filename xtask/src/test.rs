//! Every check there is, in the order in which a failure is cheapest: what CI runs.

use std::path::PathBuf;

use anyhow::Result;

use crate::step::{Steps, execute};
use crate::workspace::Workspace;
use crate::{databases, java, lint, node, one_build, python, recorded_tests, tidy};

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.take("tidy", || tidy::run(workspace))?;
    steps.take("one build", || one_build::check(workspace))?;
    // Needs no network: advisories are left to `cargo deny check advisories`.
    if has_cargo_deny(workspace) {
        steps.take("deny", || {
            execute(&mut workspace.cargo(&["deny", "check", "bans", "licenses", "sources"]))
        })?;
    } else {
        steps.pass_over("deny", "cargo-deny is not installed (cargo install cargo-deny)");
    }
    let interpreter = steps.take("python", || python::set_up(workspace))?;
    let node = optional(&mut steps, "node", || node::set_up(workspace))?;
    let java = optional(&mut steps, "java", java::set_up)?;
    let mariadb = optional(&mut steps, "mariadb", databases::set_up_mariadb)?;
    let postgresql = optional(&mut steps, "postgresql", databases::set_up_postgresql)?;
    steps.take("lint", || lint::run(workspace))?;
    steps.take("test", || {
        let mut tests = workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--", "--show-output"]);
        tests.env("ALLUVIUM_PYTHON", &interpreter).env("ALLUVIUM_REQUIRE_TOOLS", "1");
        tests.env("ALLUVIUM_MARIADB", mariadb).env("ALLUVIUM_POSTGRESQL", postgresql);
        recorded_tests::run(workspace, tests.env("ALLUVIUM_NODE", node).env("ALLUVIUM_JAVA", java))
    })?;
    steps.take("secrets", || recorded_tests::search(workspace))?;
    steps.summarise();
    Ok(())
}

/// A tool that a machine may do without, unless it is CI's or tools are required: without it the tests that need it are told that
/// it is absent, and pass over.
fn optional(steps: &mut Steps, name: &str, set_up: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    let is_required = ["CI", "ALLUVIUM_REQUIRE_TOOLS"].iter().any(|name| std::env::var_os(name).is_some());
    if is_required {
        return steps.take(name, set_up);
    }
    match set_up() {
        Ok(tool) => Ok(tool),
        Err(error) => {
            steps.pass_over(name, &format!("{error:#}"));
            Ok(PathBuf::from("absent"))
        }
    }
}

fn has_cargo_deny(workspace: &Workspace) -> bool {
    let asked = workspace.cargo(&["deny", "--version"]).output();
    asked.is_ok_and(|answer| answer.status.success())
}
