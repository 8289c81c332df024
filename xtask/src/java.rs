//! The Java that runs AWS's SDK for Java and the KCL; their jars come with the Python environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;

/// A `java` that also compiles: the tests' programs are single source files.
pub(crate) fn set_up() -> Result<PathBuf> {
    if let Ok(java) = find() {
        return Ok(java);
    }
    debian::install(&["openjdk-17-jdk-headless"])?;
    find()
}

fn find() -> Result<PathBuf> {
    let java = match std::env::var_os("JAVA_HOME") {
        Some(home) => Path::new(&home).join("bin").join("java"),
        None => PathBuf::from("java"),
    };
    let asked = Command::new(&java)
        .arg("--list-modules")
        .output()
        .with_context(|| format!("cannot run `{}`", java.display()))?;
    let modules = String::from_utf8_lossy(&asked.stdout);
    if !compiles(&modules) {
        bail!("`{}` is no JDK of version 17 or newer (set JAVA_HOME to name one)", java.display());
    }
    println!("{} compiles and runs", java.display());
    Ok(java)
}

/// Of a list of modules: whether the compiler is among them, in a version that knows the tests' language.
fn compiles(modules: &str) -> bool {
    let version = modules.lines().find_map(|line| line.strip_prefix("jdk.compiler@"));
    let major = version.and_then(|version| version.split(['.', '-', '+']).next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= 17)
}

#[cfg(test)]
mod tests {
    use super::compiles;

    #[test]
    fn a_jdk_of_version_17_compiles_and_a_runtime_does_not() {
        assert!(compiles("java.base@17.0.15\njdk.compiler@17.0.15\n"));
        assert!(compiles("java.base@21\njdk.compiler@21\n"));
        assert!(!compiles("java.base@11.0.2\njdk.compiler@11.0.2\n"));
        assert!(!compiles("java.base@17.0.15\n"));
        assert!(!compiles(""));
    }
}
