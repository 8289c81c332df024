//! The Java that `cargo xtask test` finds or installs, with the jars that the Python environment carries.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{run, text};
use crate::python::Python;
use crate::tool::{clean, tool};

/// The `java` of a JDK, set by `cargo xtask test`.
const JAVA_VARIABLE: &str = "ALLUVIUM_JAVA";
/// Where kclpy-ext keeps the jars of the KCL and of AWS's SDK.
const JARS: &str = "import amazon_kclpy.jars as jars; print(jars.__path__[0], end='')";

/// Java with AWS's SDK and the KCL.
#[derive(Debug, Clone)]
pub struct Java {
    java: PathBuf,
    jars: String,
}

/// Java; `None`, with a line that says so, when a test runs without it.
///
/// # Panics
/// When it is required and missing, or the Python environment has no jars.
pub fn java(python: &Python) -> Option<Java> {
    let java = tool(JAVA_VARIABLE)?;
    let found = run(python.command().args(["-c", JARS]), b"");
    assert_eq!(found.code(), 0, "the Python environment has no kclpy-ext: {}", found.stderr);
    Some(Java { java, jars: found.stdout })
}

impl Java {
    /// A command that compiles and runs a program of one source file.
    pub fn source(&self, source: &Path) -> Command {
        let mut command = Command::new(&self.java);
        clean(&mut command);
        // Quick to start rather than quick in the long run.
        command.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"]);
        command.args(["-cp", &format!("{}/*", self.jars), text(source)]);
        command
    }
}
