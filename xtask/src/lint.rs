//! Formatting and clippy.

use anyhow::Result;

use crate::step::execute;
use crate::workspace::Workspace;

/// Formats the code.
pub(crate) fn format(workspace: &Workspace) -> Result<()> {
    execute(&mut workspace.cargo(&["fmt", "--all"]))
}

/// Checks the formatting and runs clippy, warnings being errors.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    execute(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    execute(&mut workspace.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}
