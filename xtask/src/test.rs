//! Every check there is, in the order in which a failure is cheapest: what CI runs.

use anyhow::Result;

use crate::step::{Steps, execute};
use crate::workspace::Workspace;
use crate::{lint, python, tidy};

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.take("tidy", || tidy::run(workspace))?;
    // Needs no network: advisories are left to `cargo deny check advisories`.
    if has_cargo_deny(workspace) {
        steps.take("deny", || {
            execute(&mut workspace.cargo(&["deny", "check", "bans", "licenses", "sources"]))
        })?;
    } else {
        steps.pass_over("deny", "cargo-deny is not installed (cargo install cargo-deny)");
    }
    let interpreter = steps.take("python", || python::set_up(workspace))?;
    steps.take("lint", || lint::run(workspace))?;
    steps.take("test", || {
        let mut tests = workspace.cargo(&["test", "--workspace", "--no-fail-fast"]);
        execute(tests.env("ALLUVIUM_PYTHON", &interpreter).env("ALLUVIUM_REQUIRE_TOOLS", "1"))
    })?;
    steps.summarise();
    Ok(())
}

fn has_cargo_deny(workspace: &Workspace) -> bool {
    let asked = workspace.cargo(&["deny", "--version"]).output();
    asked.is_ok_and(|answer| answer.status.success())
}
