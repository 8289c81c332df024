//! Records and the rows that Spark's `from_json` makes of them; and any bytes at all.

mod foreign;
mod options;

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::definition::SourceText;
use crate::dry_run::objects;

const SCHEMA: &str = "s STRING, i INT, l BIGINT, d DOUBLE, f FLOAT, b BOOLEAN, t TIMESTAMP, dt DATE, dec DECIMAL(10,2), bin BINARY, \
                      sm SMALLINT, ti TINYINT, arr ARRAY<INT>, arrs ARRAY<STRING>, st STRUCT<x: INT, y: STRING>, m MAP<STRING,INT>";

/// A record as a JSON string, a tab, then the row that Spark 4.0 makes of it without its nulls, or `refused`.
const SPARK: &str = include_str!("spark.tsv");

fn decoder() -> Decoder {
    let ddl = SourceText { file: "schema".to_owned(), text: SCHEMA.to_owned() };
    Decoder::new(Schema::parse(&ddl).unwrap(), DecodeOptions::default()).unwrap()
}

fn record(data: &[u8]) -> RawRecord {
    RawRecord {
        data: data.to_vec().into(),
        partition_key: String::new(),
        sequence_number: String::new(),
        sub_sequence_number: None,
        shard_id: Arc::from(""),
        stream: Arc::from(""),
        arrival_millis: 0,
    }
}

/// The row of a record, without the source columns, or why it is refused.
fn decode(data: &[u8]) -> Result<Map<String, Value>, String> {
    let decoded = decoder().decode(&[record(data)]).unwrap();
    match decoded.refused.into_iter().next() {
        Some((_, reason)) => Err(reason),
        None => Ok(row(&decoded.rows)),
    }
}

fn row(rows: &RecordBatch) -> Map<String, Value> {
    let columns: Vec<usize> = (0..rows.num_columns() - SOURCE_COLUMNS.len()).collect();
    objects(&rows.project(&columns).unwrap()).unwrap().remove(0)
}

/// Spark prints no nulls, but for those inside maps and arrays.
fn without_nulls(mut row: Map<String, Value>) -> Map<String, Value> {
    row.retain(|_, value| !value.is_null());
    if let Some(Value::Object(members)) = row.get_mut("st") {
        members.retain(|_, value| !value.is_null());
    }
    row
}

#[test]
fn every_record_becomes_the_row_that_spark_makes_of_it() {
    let mut wrong = Vec::new();
    for line in SPARK.lines() {
        let (data, expected) = line.split_once('\t').unwrap();
        let data: String = serde_json::from_str(data).unwrap();
        let same = match decode(data.as_bytes()) {
            Ok(row) => serde_json::from_str(expected)
                .is_ok_and(|expected: Value| Value::Object(without_nulls(row)) == expected),
            Err(_) => expected == "refused",
        };
        if !same {
            wrong.push(format!("{data}\n  spark: {expected}\n  ours:  {:?}", decode(data.as_bytes())));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn check_refused(data: &[u8], reason: &str) {
    assert_eq!(decode(data).expect_err("refused"), reason);
}

#[test]
fn a_reason_says_what_is_wrong_and_at_which_byte() {
    check_refused(b"", "the record is empty");
    check_refused(b"  ", "not a JSON object: expected '{', found the end of the data at byte 2");
    check_refused(b"null", "not a JSON object: expected '{', found 'n' at byte 0");
    check_refused(br#"{"i":1"#, "not JSON: expected ',' or '}', found the end of the data at byte 6");
    check_refused(br#"{"i":1,}"#, "not JSON: expected a key in quotes, found '}' at byte 7");
    check_refused(
        br#"{"i":007}"#,
        "not JSON: a number does not begin with a zero before other digits at byte 5",
    );
    check_refused(
        b"{\"s\":\"a\nb\"}",
        "not JSON: the control character U+000A stands raw in a string at byte 7",
    );
    check_refused(br#"{"s":"\q"}"#, "not JSON: a backslash before a character that takes none at byte 6");
    check_refused(br#"{"s":"\u12G4"}"#, r"not JSON: \u without four hexadecimal digits at byte 6");
    check_refused(br#"{"s":"abc"#, "not JSON: the string that begins here is never closed at byte 5");
    // The byte is that of the record, not of its text, where each malformed byte counts three.
    check_refused(b"{\"\xff\xff\":x}", "not JSON: expected a value, found 'x' at byte 6");
}

#[test]
fn malformed_utf8_becomes_one_replacement_for_each_sequence_as_in_java() {
    for (bytes, expected) in [
        (&b"a\xffb"[..], "a\u{FFFD}b"),
        (b"a\xc3", "a\u{FFFD}"),
        (b"\xed\xa0\x80", "\u{FFFD}"),
        (b"\xf0\x9f\x98", "\u{FFFD}"),
        (b"\xc0\xaf", "\u{FFFD}\u{FFFD}"),
        (b"\xf4\x90\x80\x80", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        (b"\xe2\x82x", "\u{FFFD}x"),
    ] {
        let data = [b"{\"s\":\"", bytes, b"\"}"].concat();
        assert_eq!(decode(&data).unwrap()["s"], expected, "of {bytes:x?}");
    }
    check_refused(b"\xff{}", "not a JSON object: expected '{', found '\u{FFFD}' at byte 0");
    check_refused(b"\xef\xbb\xbf{}", "not a JSON object: expected '{', found '\\u{feff}' at byte 0");
}

#[test]
fn nesting_keys_and_numbers_have_jacksons_limits() {
    let nested = |depth: usize| format!("{{\"s\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(decode(nested(999).as_bytes()).unwrap()["s"].as_str().map(str::len), Some(1998));
    check_refused(nested(1000).as_bytes(), "not JSON: nested deeper than 1000 levels at byte 1004");
    let million = "[".repeat(1_000_000);
    check_refused(
        format!("{{\"x\":{million}").as_bytes(),
        "not JSON: nested deeper than 1000 levels at byte 1004",
    );
    let keyed = |length: usize| format!("{{\"{}\":1,\"i\":1}}", "k".repeat(length));
    assert_eq!(decode(keyed(50_000).as_bytes()).unwrap()["i"], 1);
    check_refused(keyed(50_001).as_bytes(), "not JSON: a key of more than 50000 characters at byte 1");
    let number = |digits: usize| format!("{{\"s\":{}}}", "1".repeat(digits));
    assert_eq!(decode(number(1000).as_bytes()).unwrap()["s"].as_str().map(str::len), Some(1000));
    check_refused(number(1001).as_bytes(), "not JSON: a number of more than 1000 digits at byte 5");
}

/// Pieces that JSON is made of, some of them wrong.
fn json_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "'",
        "\\",
        "\\u",
        "d800",
        "\"s\"",
        "\"i\"",
        "\"st\"",
        "\"m\"",
        "\"dec\"",
        "\"t\"",
        "1",
        "-",
        ".",
        "e5",
        "0",
        "null",
        "true",
        "NaN",
        "-INF",
        " ",
        "\n",
        "é",
        "😀",
        "\"2019-01-04T02:30:10+05:30\"",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| format!("{{{}", pieces.concat()))
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(data in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&data);
    }

    #[test]
    fn nothing_like_json_makes_it_panic(data in json_like()) {
        let _ = decode(data.as_bytes());
    }

    #[test]
    fn an_object_of_the_right_types_comes_back_as_it_was(
        s in any::<String>(),
        i in any::<i32>(),
        l in any::<i64>(),
        d in prop::num::f64::NORMAL,
        b in any::<bool>(),
        arr in prop::collection::vec(prop::option::of(any::<i32>()), 0..5),
        arrs in prop::collection::vec(any::<String>(), 0..5),
        m in prop::collection::btree_map(any::<String>(), any::<i32>(), 0..5),
    ) {
        let object = json!({"s": s, "i": i, "l": l, "d": d, "b": b, "arr": arr, "arrs": arrs, "st": {"x": i, "y": s}, "m": m});
        let data = object.to_string();
        prop_assert_eq!(Value::Object(without_nulls(decode(data.as_bytes()).unwrap())), object);
    }
}
