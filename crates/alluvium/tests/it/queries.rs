//! The batch cleaning of the source's tables, and the example's queries over what it made, against answers that Python computes
//! from the source database by itself.

use std::path::{Path, PathBuf};

use alluvium_testkit::{Finished, mariadb, postgresql, python};
use serde_json::Value;

use crate::program::{finished, text};

/// A configuration that is the example's, with its files beside it and data of its own.
fn example(dir: &Path) -> PathBuf {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pinterest");
    for file in ["alluvium.yaml", "api.yaml", "pipelines/pin.sql", "pipelines/geo.sql", "pipelines/user.sql"]
    {
        let to = dir.join(file);
        fs_err::create_dir_all(to.parent().unwrap()).unwrap();
        fs_err::copy(example.join(file), to).unwrap();
    }
    dir.join("alluvium.yaml")
}

fn clean(config: &Path, pipeline: &str) -> Finished {
    finished(&["pipeline", "run", pipeline, "-c", text(config), "--from-source", "--json"])
}

fn count(config: &Path, table: &str) -> u64 {
    let sql = format!("SELECT count(*) AS n, count(DISTINCT ind) AS d FROM {table}");
    let counted = finished(&["sql", &sql, "-c", text(config), "--json"]);
    let row = counted.json();
    assert_eq!(row["n"], row["d"], "{table}");
    row["n"].as_u64().unwrap()
}

#[test]
fn the_examples_queries_give_the_answers_that_python_computes_from_the_source() {
    let dir = tempfile::tempdir().unwrap();
    let config = example(dir.path());
    let (database, credentials) =
        (dir.path().join("source.db"), dir.path().join("alluvium-data/db_creds.yaml"));
    let seeded = finished(&[
        "seed-db",
        "--database",
        text(&database),
        "--credentials",
        text(&credentials),
        "--rows",
        "3000",
        "--seed",
        "1",
    ]);
    assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
    for pipeline in ["pin", "geo", "user"] {
        let cleaned = clean(&config, pipeline);
        assert_eq!(cleaned.code(), 0, "{}", cleaned.stderr);
        assert_eq!(cleaned.json()["rows"], 3_000, "{}", cleaned.stdout);
    }
    let Some(python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/queries/expected.py");
    let computed = alluvium_testkit::run(python.command().args([text(&script), text(&database)]), b"");
    assert_eq!(computed.code(), 0, "{}", computed.stderr);
    let expected = computed.json();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pinterest/queries");
    let mut names: Vec<String> = fs_err::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let known: Vec<&String> = expected.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), known.len(), "{names:?} {known:?}");
    for name in &names {
        let of_name = finished(&["sql", "--query", name, "-c", text(&config), "--json"]);
        assert_eq!(of_name.code(), 0, "{name}: {}", of_name.stderr);
        let rows: Vec<Value> = of_name
            .json_lines()
            .into_iter()
            .map(|row| row.as_object().unwrap().values().cloned().collect())
            .collect();
        assert_eq!(Value::from(rows), expected[name], "{name}");
        let file = folder.join(format!("{name}.sql"));
        let of_file = finished(&["sql", "--file", text(&file), "-c", text(&config), "--json"]);
        assert_eq!(of_file.stdout, of_name.stdout, "{name}");
    }
    let unknown = finished(&["sql", "--query", "x", "-c", text(&config)]);
    assert_eq!(unknown.code(), 2);
    assert!(unknown.stderr.contains("users-joined-by-year"), "{}", unknown.stderr);
}

#[test]
fn a_table_that_is_cleaned_again_gets_only_the_rows_that_came_since() {
    for server in [mariadb(), postgresql()].into_iter().flatten() {
        let dir = tempfile::tempdir().unwrap();
        let config = example(dir.path());
        fs_err::create_dir_all(dir.path().join("alluvium-data")).unwrap();
        let creds = server.credentials_file(dir.path(), "");
        let place = dir.path().join("alluvium-data/db_creds.yaml");
        fs_err::rename(&creds, &place).unwrap();
        // More rows of the same seed begin with the rows that fewer have.
        for (rows, new) in [("40", 40), ("40", 0), ("100", 60)] {
            let seeded = finished(&[
                "seed-db",
                "--credentials",
                text(&place),
                "--rows",
                rows,
                "--seed",
                "1",
                "--force",
            ]);
            assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
            let cleaned = clean(&config, "user");
            assert_eq!(cleaned.code(), 0, "{}", cleaned.stderr);
            assert_eq!(cleaned.json()["rows"], new, "{}: {}", server.driver, cleaned.stdout);
            assert_eq!(count(&config, "demo_user_table"), rows.parse::<u64>().unwrap());
        }
    }
}

#[test]
fn a_pipeline_whose_stream_no_table_goes_to_is_told_which_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let config = example(dir.path());
    let yaml = fs_err::read_to_string(&config).unwrap();
    let emulator = yaml.find("emulator:").unwrap();
    let pipelines = yaml.find("pipelines:").unwrap();
    let source = "source:\n  tables:\n    - {name: t, key: k, stream: other}\n";
    fs_err::write(&config, format!("{}{source}{}", &yaml[..emulator], &yaml[pipelines..])).unwrap();
    let refused = clean(&config, "pin");
    assert_eq!(refused.code(), 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("no table of the source goes to stream \"streaming-demo-pin\"")
            && refused.stderr.contains("(there are: other)"),
        "{}",
        refused.stderr
    );
}
