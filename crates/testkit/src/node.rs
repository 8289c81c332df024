//! The Node packages that `cargo xtask test` installs: AWS's SDK for JavaScript.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::text;
use crate::tool::{clean, tool};

/// The folder with `node_modules`, set by `cargo xtask test`.
const NODE_VARIABLE: &str = "ALLUVIUM_NODE";

/// Node with the packages of tests/node.
#[derive(Debug, Clone)]
pub struct Node {
    folder: PathBuf,
}

/// Node; `None`, with a line that says so, when a test runs without it.
///
/// # Panics
/// When it is required and missing.
pub fn node() -> Option<Node> {
    tool(NODE_VARIABLE).map(|folder| Node { folder })
}

impl Node {
    /// A command that runs a CommonJS script, which finds the packages wherever it lies.
    pub fn script(&self, script: &Path) -> Command {
        let mut command = Command::new("node");
        clean(&mut command);
        command.arg(text(script)).env("NODE_PATH", self.folder.join("node_modules"));
        command
    }
}
