//! Spark DDL in, the schema or the error out.

use super::*;

fn check(ddl: &str, expected: &str) {
    let source = SourceText { file: "schema".to_owned(), text: ddl.to_owned() };
    let got = match Schema::parse(&source) {
        Ok(schema) => schema
            .fields
            .iter()
            .map(|field| match &field.comment {
                Some(comment) => format!("{field} -- {comment}"),
                None => field.to_string(),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expected, "of {ddl}");
}

#[test]
fn plain_types_and_their_synonyms_are_read() {
    check("index INT, title string", "index: INT, title: STRING");
    check(
        "a integer, b LONG, c short, d byte, e real",
        "a: INT, b: BIGINT, c: SMALLINT, d: TINYINT, e: FLOAT",
    );
    check(
        "a DOUBLE, b boolean, c timestamp, d date, e binary",
        "a: DOUBLE, b: BOOLEAN, c: TIMESTAMP, d: DATE, e: BINARY",
    );
    check("a decimal, b DECIMAL(5), c dec(38, 18)", "a: DECIMAL(10,0), b: DECIMAL(5,0), c: DECIMAL(38,18)");
}

#[test]
fn nested_types_are_read() {
    check("a ARRAY<INT>, m map<string, array<string>>", "a: ARRAY<INT>, m: MAP<STRING, ARRAY<STRING>>");
    check("s STRUCT<x: INT NOT NULL, `y z` STRING COMMENT 'c'>", "s: STRUCT<x: INT, `y z`: STRING>");
}

#[test]
fn names_in_backticks_not_null_and_comments_are_read() {
    check(
        "`partition-key` STRING NOT NULL COMMENT 'it''s', `a``b` INT",
        "`partition-key`: STRING -- it's, `a``b`: INT",
    );
    check("straße STRING, timestamp STRING", "`straße`: STRING, timestamp: STRING");
}

#[test]
fn an_error_names_its_place_and_what_to_do() {
    check("", "schema:1:1: the schema names no column; write `name TYPE, ..`");
    check("a INT,\n b", "schema:2:3: expected a type, found the end");
    check("a INT b INT", "schema:1:7: expected `,` and a further column, or the end, found `b`");
    check("a INT, a STRING", "schema:1:8: the column `a` is there twice");
    check("a VARCHAR(3)", "schema:1:3: the type VARCHAR is not read from JSON: use STRING");
    check("a MAP<INT, INT>", "schema:1:7: a map in JSON has STRING keys, not INT");
    check(
        "a DECIMAL(39,0)",
        "schema:1:11: DECIMAL(39,0): the precision is 1 to 38, the scale 0 to the precision",
    );
    check("a-b INT", "schema:1:2: unexpected '-'; a name with such a character goes in backticks");
    check("`a INT", "schema:1:1: this ` is never closed");
    check("a INT NOT", "schema:1:10: expected NULL after NOT, found the end");
    check("a STRUCT<>", "schema:1:10: expected the name of a column, found `>`");
}

#[test]
fn types_nested_too_deep_are_refused() {
    let ddl = format!("a {}INT{}", "ARRAY<".repeat(60), ">".repeat(60));
    check(&ddl, "schema:1:303: types are nested deeper than 50");
}
