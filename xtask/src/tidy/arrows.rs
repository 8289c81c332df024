//! The arrows between crates: who may depend on whom (docs/adr/0001).

use super::manifest::{crate_name, dependencies, members};
use super::{Problem, Tree};

/// Each crate and the crates that it may name, bottom to top: one names only those above itself in this list.
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("sigv4", &[]),
    ("aws-query", &[]),
    ("java-regex", &[]),
    ("vtl", &["java-regex"]),
    ("kinesis-model", &[]),
    ("iam", &["sigv4", "aws-query", "clock"]),
    ("cloudwatch", &["aws-query", "iam", "clock"]),
    ("stream-store", &["kinesis-model"]),
    ("kinesis-server", &["kinesis-model", "stream-store", "cloudwatch", "iam", "clock"]),
    ("api-gateway", &["vtl", "sigv4", "iam", "clock"]),
    ("posting-emulator", &["clock"]),
    ("kinesis-consumer", &["kinesis-model", "clock"]),
    ("lakehouse", &["java-regex", "kinesis-consumer", "clock"]),
    (
        "console",
        &[
            "clock",
            "kinesis-model",
            "iam",
            "cloudwatch",
            "stream-store",
            "kinesis-server",
            "api-gateway",
            "kinesis-consumer",
            "lakehouse",
        ],
    ),
    (
        "alluvium",
        &[
            "clock",
            "sigv4",
            "vtl",
            "kinesis-model",
            "iam",
            "cloudwatch",
            "stream-store",
            "kinesis-server",
            "api-gateway",
            "posting-emulator",
            "kinesis-consumer",
            "lakehouse",
            "console",
        ],
    ),
    ("testkit", &[]),
];

/// What any crate's tests may name.
const FOR_TESTS: &str = "testkit";

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in members(tree) {
        let name = crate_name(path).unwrap_or("xtask");
        let Some(allowed) = allowed(name) else {
            problems.push(Problem::new(
                path,
                1,
                format!("crate {name} has no place in the table of arrows (xtask/src/tidy/arrows.rs)"),
            ));
            continue;
        };
        for dependency in dependencies(text) {
            let Some(target) = our_crate(dependency.package) else { continue };
            if allowed.contains(&target) || (dependency.is_dev && target == FOR_TESTS) {
                continue;
            }
            let message = format!("{name} must not depend on {target}; {}", explained(name, allowed));
            problems.push(Problem::new(path, dependency.line, message));
        }
    }
    problems
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    if name == "xtask" {
        return Some(&[FOR_TESTS]);
    }
    ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

/// The crate's folder, for a package of ours.
fn our_crate(package: &str) -> Option<&str> {
    if package == "alluvium" { Some(package) } else { package.strip_prefix("alluvium-") }
}

fn explained(name: &str, allowed: &[&str]) -> String {
    if allowed.is_empty() {
        return format!("{name} stands alone");
    }
    format!("it may name {}", allowed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[track_caller]
    fn check_manifest(name: &str, manifest: &str, expected: &[&str]) {
        let path = format!("crates/{name}/Cargo.toml");
        let said = said(check, &[(&path, manifest)]);
        assert_eq!(said, expected);
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        check_manifest(
            "stream-store",
            "[dependencies]\nalluvium-kinesis-model = { workspace = true }\nalluvium-kinesis-server = { workspace = true }\n",
            &[
                "crates/stream-store/Cargo.toml:3: stream-store must not depend on kinesis-server; it may name kinesis-model",
            ],
        );
        check_manifest(
            "sigv4",
            "[dependencies]\nalluvium-clock = { workspace = true }\nalluvium = { workspace = true }\n",
            &[
                "crates/sigv4/Cargo.toml:2: sigv4 must not depend on clock; sigv4 stands alone",
                "crates/sigv4/Cargo.toml:3: sigv4 must not depend on alluvium; sigv4 stands alone",
            ],
        );
    }

    #[test]
    fn a_renamed_arrow_is_found() {
        check_manifest(
            "clock",
            "[dependencies]\nfriend = { workspace = true, package = \"alluvium-vtl\" }\n",
            &["crates/clock/Cargo.toml:2: clock must not depend on vtl; clock stands alone"],
        );
    }

    #[test]
    fn tests_may_name_the_testkit_and_nothing_more_than_the_crate() {
        check_manifest("sigv4", "[dev-dependencies]\nalluvium-testkit = { workspace = true }\n", &[]);
        check_manifest(
            "sigv4",
            "[dependencies]\nalluvium-testkit = { workspace = true }\n[dev-dependencies]\nalluvium-iam = { workspace = true }\n",
            &[
                "crates/sigv4/Cargo.toml:2: sigv4 must not depend on testkit; sigv4 stands alone",
                "crates/sigv4/Cargo.toml:4: sigv4 must not depend on iam; sigv4 stands alone",
            ],
        );
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        check_manifest(
            "novel",
            "",
            &[
                "crates/novel/Cargo.toml:1: crate novel has no place in the table of arrows (xtask/src/tidy/arrows.rs)",
            ],
        );
    }

    #[test]
    fn the_table_itself_points_only_up_the_list() {
        for (number, (from, targets)) in ARROWS.iter().enumerate() {
            for target in *targets {
                let place = ARROWS.iter().position(|(name, _)| name == target);
                assert!(place.is_some_and(|place| place < number), "{from} names {target}");
            }
        }
    }
}
