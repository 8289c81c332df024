//! `alluvium pipeline test` on Spark's own answers, and with every option of the decoding.

use serde_json::{Value, json};

use crate::command_line::{broken, check_usage};
use crate::program::{alluvium, finished, text};

/// Lines of the recorded corpus, or none when it is not there.
#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
fn corpus(name: &str) -> Vec<Value> {
    let folder = std::env::var("ALLUVIUM_CORPUS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus").to_owned());
    match fs_err::read_to_string(format!("{folder}/pipeline/{name}.jsonl")) {
        Ok(content) => content.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(error) => {
            eprintln!("the corpus is not here, nothing is compared: {error}");
            Vec::new()
        }
    }
}

#[test]
fn every_record_of_the_corpus_gets_sparks_row_or_is_set_aside() {
    for pipeline in ["pin", "geo", "user"] {
        let recorded = corpus(pipeline);
        // In base64, for records may hold line feeds.
        let lines: Vec<String> = recorded
            .iter()
            .map(|line| base64_simd::STANDARD.encode_to_string(line["data"].as_str().unwrap()))
            .collect();
        let mut command = alluvium(&["pipeline", "test", pipeline, "--input", "-", "--base64"]);
        let done = alluvium_testkit::run(&mut command, lines.join("\n").as_bytes());
        assert_eq!(done.code(), 0, "{}", done.stderr);
        let answers = done.json_lines();
        assert_eq!(answers.len(), recorded.len());
        let wrong = |(at, (spark, ours)): (usize, (&Value, &Value))| {
            let right = if spark["corrupt"] == "full" {
                ours["quarantined"].is_string() && ours.get("rows").is_none()
            } else {
                ours["rows"] == json!([spark["row"]])
                    && ours["partial"].is_string() == (spark["corrupt"] == "partial")
            };
            let same = right && ours["line"] == json!(at + 1);
            (!same).then(|| {
                format!("{}: {}\n  spark: {}\n  ours:  {ours}", spark["id"], spark["data"], spark["row"])
            })
        };
        let wrong: Vec<String> = recorded.iter().zip(&answers).enumerate().filter_map(wrong).collect();
        assert!(wrong.is_empty(), "{pipeline}: {} differ from Spark:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// What `pipeline test geo` prints for lines, with `more` after the pipeline's schema and its SQL in place of the example's.
fn tried(more: &str, sql: &str, arguments: &[&str], lines: &str) -> (i32, Vec<Value>, String) {
    let schema = "    sql: pipelines/geo.sql\n";
    let (dir, path) = broken(schema, &format!("{more}{schema}"));
    fs_err::write(dir.path().join("pipelines/geo.sql"), sql).unwrap();
    let all = [&["pipeline", "test", "geo", "-c", text(&path), "--input", "-"], arguments].concat();
    let done = alluvium_testkit::run(&mut alluvium(&all), lines.as_bytes());
    (done.code(), done.json_lines(), done.stderr)
}

const LINES: &str = "{\"ind\":1}\nno json\n{\"ind\":\"x\",\"new\":2}\n{\"other\":1}\n";

#[test]
fn a_value_that_does_not_fit_is_told_beside_the_row_and_what_is_left_over_is_in_it() {
    let options = "    decode: {rescuedDataColumn: _rescued_data, columnNameOfCorruptRecord: raw}\n";
    let sql = "SELECT ind, _rescued_data, raw FROM stream";
    let (code, lines, _) = tried(options, sql, &[], LINES);
    assert_eq!(code, 0);
    let reason = "field ind: expected INT, found \"x\" at byte 7";
    assert_eq!(lines[0]["rows"], json!([{"ind": 1, "_rescued_data": null, "raw": null}]));
    assert_eq!(lines[1]["quarantined"], "not a JSON object: expected '{', found 'n' at byte 0");
    let row = json!({"ind": null, "_rescued_data": "{\"ind\":\"x\",\"new\":2}", "raw": "{\"ind\":\"x\",\"new\":2}"});
    assert_eq!(lines[2], json!({"line": 3, "rows": [row], "partial": reason}));
    assert_eq!(lines[3]["rows"][0]["_rescued_data"], "{\"other\":1}");
}

#[test]
fn each_mode_and_each_criterion_shows_in_the_lines_and_in_the_exit_code() {
    let sql = "SELECT ind FROM stream";
    // What each line has beside its number, and the exit codes without and with --strict.
    for (options, expected, codes) in [
        ("", ["rows", "quarantined", "partial rows", "rows"], (0, 1)),
        ("    quarantine: wrong_type\n", ["rows", "quarantined", "quarantined", "rows"], (0, 1)),
        (
            "    quarantine: [wrong_type, no_known_field]\n",
            ["rows", "quarantined", "quarantined", "quarantined"],
            (0, 1),
        ),
        ("    quarantine: drop\n", ["rows", "dropped", "partial rows", "rows"], (0, 1)),
        ("    decode: {mode: DROPMALFORMED}\n", ["rows", "dropped", "dropped", "rows"], (0, 1)),
        ("    decode: {mode: failfast}\n", ["rows", "failed", "failed", "rows"], (1, 1)),
        (
            "    decode: {mode: failfast}\n    quarantine: malformed\n",
            ["rows", "failed", "partial rows", "rows"],
            (1, 1),
        ),
    ] {
        let (code, lines, stderr) = tried(options, sql, &[], LINES);
        let members = |line: &Value| {
            let names = line.as_object().unwrap().keys().filter(|name| *name != "line");
            let mut names: Vec<&str> = names.map(String::as_str).collect();
            names.sort_unstable();
            names.join(" ")
        };
        assert_eq!(lines.iter().map(members).collect::<Vec<_>>(), expected, "of {options}");
        assert_eq!(code, codes.0, "of {options}: {stderr}");
        let (strict, _, stderr) = tried(options, sql, &["--strict"], LINES);
        assert_eq!(strict, codes.1, "of {options}");
        assert!(stderr.contains("4 lines"), "{stderr}");
        assert_eq!(tried(options, sql, &["--strict"], "{\"ind\":1}\n").0, 0, "of {options}");
    }
}

#[test]
fn an_option_that_is_wrong_is_refused_at_its_place() {
    for (options, parts) in [
        (
            "    decode: {mode: permisive}\n",
            &["alluvium.yaml:", ":20: mode \"permisive\"", "did you mean `permissive`?"][..],
        ),
        (
            "    decode: {rescuedDataColum: a}\n",
            &["unknown key `rescuedDataColum`", "did you mean `rescuedDataColumn`?"],
        ),
        ("    decode: {allowComments: true}\n", &["unknown key `allowComments`", "the keys here are: mode"]),
        (
            "    decode: {timestampFormat: yyyy-QQ}\n",
            &[":31: the pattern 'yyyy-QQ' cannot be used", "the letter Q"],
        ),
        ("    decode: {dateFormat: yyyy-MM-ddX}\n", &["a date has no zone"]),
        ("    decode: {rescued_data_column: IND}\n", &[":35: there is a column \"ind\" already"]),
        (
            "    quarantine: malform\n",
            &[":17: quarantine \"malform\" is none of", "did you mean `malformed`?"],
        ),
        ("    quarantine: []\n", &["quarantine names nothing"]),
        ("    quarantine: {a: b}\n", &["one of the words malformed"]),
    ] {
        let schema = "    sql: pipelines/geo.sql\n";
        let (_dir, path) = broken(schema, &format!("{options}{schema}"));
        check_usage(&["pipeline", "test", "geo", "-c", text(&path), "--input", "/dev/null"], parts);
    }
}

#[test]
fn formats_of_the_decoding_reach_the_rows() {
    let options = "    decode: {timestampFormat: \"dd/MM/yyyy HH:mm\", allowUnquotedControlChars: true}\n";
    let (dir, path) = broken("timestamp STRING, latitude", "timestamp TIMESTAMP, latitude");
    let content = fs_err::read_to_string(&path).unwrap();
    let schema = "    sql: pipelines/geo.sql\n";
    fs_err::write(&path, content.replacen(schema, &format!("{options}{schema}"), 1)).unwrap();
    fs_err::write(dir.path().join("pipelines/geo.sql"), "SELECT `timestamp` AS t, country FROM stream")
        .unwrap();
    let input = dir.path().join("lines");
    fs_err::write(&input, "{\"timestamp\":\"31/12/2019 23:59\",\"country\":\"a\tb\"}").unwrap();
    let done = finished(&["pipeline", "test", "geo", "-c", text(&path), "--input", text(&input)]);
    assert_eq!(
        done.json_lines()[0]["rows"],
        json!([{"t": "2019-12-31T23:59:00.000000Z", "country": "a\tb"}]),
        "{}",
        done.stderr
    );
}
