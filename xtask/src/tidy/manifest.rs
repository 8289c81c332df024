//! Manifests: every crate takes the workspace's lints and versions, and Cargo.lock is part of the project.

use super::{Problem, Tree};

/// A dependency that a manifest names.
pub(super) struct Dependency<'a> {
    pub(super) line: usize,
    /// The package's own name, whatever the crate calls it.
    pub(super) package: &'a str,
    pub(super) is_dev: bool,
    from_workspace: bool,
}

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !tree.has("Cargo.lock") {
        problems.push(Problem::new("Cargo.lock", 1, "is missing; it belongs to the project"));
    }
    for (path, text) in members(tree) {
        if !inherits_lints(text) {
            problems.push(Problem::new(
                path,
                1,
                "does not take the workspace's lints ([lints] workspace = true)",
            ));
        }
        for dependency in dependencies(text).filter(|dependency| !dependency.from_workspace) {
            let message = format!(
                "{} does not take its version from the workspace table (workspace = true)",
                dependency.package
            );
            problems.push(Problem::new(path, dependency.line, message));
        }
    }
    problems
}

/// The manifests of the crates and of xtask.
pub(super) fn members(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files().filter(|(path, _)| {
        let folder = path.strip_suffix("/Cargo.toml");
        folder.is_some_and(|folder| {
            folder == "xtask" || crate_name(path).is_some_and(|name| folder.ends_with(name))
        })
    })
}

/// The crate that a path is inside of, by its folder.
pub(super) fn crate_name(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split_once('/').map(|(name, _)| name)
}

/// What a manifest depends on, in any kind of dependency table.
pub(super) fn dependencies(manifest: &str) -> impl Iterator<Item = Dependency<'_>> {
    let mut section = "";
    manifest.lines().enumerate().filter_map(move |(number, line)| {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            // `[dependencies.name]` opens a table of one dependency.
            let (kind, name) = section.rsplit_once('.')?;
            return is_dependency_table(kind).then(|| Dependency {
                line: number + 1,
                package: name.trim_matches('"'),
                is_dev: kind.ends_with("dev-dependencies"),
                // Its keys are on lines of their own; no member writes it so.
                from_workspace: false,
            });
        }
        if !is_dependency_table(section) {
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let name = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
        let renamed = value.split_once("package").and_then(|(_, package)| package.split('"').nth(1));
        Some(Dependency {
            line: number + 1,
            package: renamed.unwrap_or(name),
            is_dev: section.ends_with("dev-dependencies"),
            from_workspace: key.trim().ends_with(".workspace")
                || without_spaces(value).contains("workspace=true"),
        })
    })
}

/// `dependencies`, `dev-dependencies`, `build-dependencies`, and the same under `target.…`.
fn is_dependency_table(section: &str) -> bool {
    let kind = section.rsplit('.').next().unwrap_or_default();
    matches!(kind, "dependencies" | "dev-dependencies" | "build-dependencies")
}

fn inherits_lints(manifest: &str) -> bool {
    let lines: Vec<String> = manifest.lines().map(without_spaces).collect();
    let in_table = lines.windows(2).any(|pair| pair[0] == "[lints]" && pair[1] == "workspace=true");
    in_table || lines.iter().any(|line| line == "lints.workspace=true")
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    const LOCK: (&str, &str) = ("Cargo.lock", "");

    #[test]
    fn a_missing_lock_file_is_found() {
        assert_eq!(said(check, &[]), ["Cargo.lock:1: is missing; it belongs to the project"]);
    }

    #[test]
    fn a_crate_with_lints_of_its_own_is_found() {
        let without = ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n[lints.rust]\nworkspace = true\n");
        let expected =
            "crates/a/Cargo.toml:1: does not take the workspace's lints ([lints] workspace = true)";
        assert_eq!(said(check, &[LOCK, without]), [expected]);
        let with = ("crates/a/Cargo.toml", "[lints]\nworkspace = true\n");
        assert_eq!(said(check, &[LOCK, with]), [""; 0]);
    }

    #[test]
    fn a_version_outside_the_workspace_table_is_found() {
        let manifest = "[dependencies]\na = { workspace = true }\nb.workspace = true\nc = \"1\"\n\
                        [dev-dependencies]\nd = { version = \"1\" } # workspace = true\n[lints]\nworkspace = true\n";
        assert_eq!(
            said(check, &[LOCK, ("xtask/Cargo.toml", manifest)]),
            [
                "xtask/Cargo.toml:4: c does not take its version from the workspace table (workspace = true)",
                "xtask/Cargo.toml:6: d does not take its version from the workspace table (workspace = true)",
            ]
        );
    }

    #[test]
    fn dependencies_are_found_in_every_kind_of_table() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\na = { workspace = true, package = \"real\" }\n\
                        [dependencies.b]\nversion = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\n\"c\" = \"1\"\n\
                        [build-dependencies]\nd.workspace = true\n[lints]\nworkspace = true\n";
        let found: Vec<String> = dependencies(manifest)
            .map(|found| {
                format!("{} {} {}", found.line, found.package, if found.is_dev { "dev" } else { "" })
            })
            .collect();
        assert_eq!(found, ["4 real ", "5 b ", "8 c dev", "10 d "]);
    }
}
