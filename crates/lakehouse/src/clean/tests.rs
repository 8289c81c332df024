//! The pinterest example against Spark's own answers, and records that the SQL meets in none of them.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::definition::{PipelineDefinition, SourceText};
use crate::dry_run::dry_run;
use crate::limits::DECODE_RECORDS_MAX;

const PIN: &str = "index INT, unique_id STRING, title STRING, description STRING, poster_name STRING, follower_count STRING, \
                   tag_list STRING, is_image_or_video STRING, image_src STRING, downloaded INT, save_location STRING, \
                   category STRING";
const GEO: &str = "ind INT, timestamp STRING, latitude STRING, longitude STRING, country STRING";
const USER: &str = "ind INT, first_name STRING, last_name STRING, age INT, date_joined STRING";

fn example(name: &str) -> String {
    let path = format!("{}/../../examples/pinterest/pipelines/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    fs_err::read_to_string(path).unwrap()
}

pub(crate) fn definition(schema: &str, sql: &str) -> PipelineDefinition {
    let text = |file: &str, text: &str| SourceText { file: file.to_owned(), text: text.to_owned() };
    let table = "file:///table".parse().unwrap();
    PipelineDefinition::new("test", "stream", text("schema", schema), text("test.sql", sql), table)
}

fn cleaner(schema: &str, sql: &str) -> Cleaner {
    Cleaner::prepare(&definition(schema, sql)).unwrap()
}

fn record(data: &str, number: usize) -> RawRecord {
    RawRecord {
        data: data.to_owned().into(),
        partition_key: format!("key-{number}"),
        sequence_number: number.to_string(),
        sub_sequence_number: None,
        shard_id: Arc::from("shardId-000000000000"),
        stream: Arc::from("pins"),
        arrival_millis: 1_500,
    }
}

/// Cleans one record's data and shows what became of it.
fn check(schema: &str, sql: &str, data: &str, expected: &str) {
    let got = dry_run(&cleaner(schema, sql), data.to_owned()).unwrap().to_json(1);
    assert_eq!(got.to_string(), expected, "of {data}");
}

/// Lines of the recorded corpus, or none when it is not there.
fn corpus(name: &str) -> Vec<Value> {
    let folder = std::env::var("ALLUVIUM_CORPUS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus").to_owned());
    match fs_err::read_to_string(format!("{folder}/pipeline/{name}.jsonl")) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(error) => {
            eprintln!("the corpus is not here, nothing is compared: {error}");
            Vec::new()
        }
    }
}

fn check_corpus(name: &str, schema: &str) {
    let cleaner = cleaner(schema, &example(name));
    let mut wrong = Vec::new();
    for line in corpus(name) {
        let data = line["data"].as_str().unwrap().to_owned();
        let got = dry_run(&cleaner, data.clone()).unwrap();
        let keys = |row: &serde_json::Map<String, Value>| row.keys().cloned().collect::<Vec<_>>();
        let right = match got.rows.as_deref() {
            None => got.quarantined.is_some() && line["corrupt"] == "full",
            Some([row]) => {
                line["corrupt"] != "full"
                    && got.partial.is_some() == (line["corrupt"] == "partial")
                    && Value::Object(row.clone()) == line["row"]
                    && line["row"].as_object().is_some_and(|expected| keys(expected) == keys(row))
            }
            Some(_) => false,
        };
        if !right {
            wrong.push(format!(
                "{}: {data}\n  spark: {}\n  ours:  {}",
                line["id"],
                line["row"],
                got.to_json(1)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} differ from Spark:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_recorded_pin_is_cleaned_as_spark_cleans_it() {
    check_corpus("pin", PIN);
}

#[test]
fn every_recorded_geo_is_cleaned_as_spark_cleans_it() {
    check_corpus("geo", GEO);
}

#[test]
fn every_recorded_user_is_cleaned_as_spark_cleans_it() {
    check_corpus("user", USER);
}

#[test]
fn a_follower_count_is_multiplied_where_it_has_a_fraction() {
    let cleaner = cleaner(PIN, &example("pin"));
    for (count, expected) in [
        ("1.2k", "1200"),
        ("1.5M", "1500000"),
        (".5k", "500"),
        ("0.001M", "1000"),
        ("12.9", "12"),
        ("12k", "12000"),
        ("3M", "3000000"),
        ("k12", "12"),
        ("M", "0"),
        (" 12 ", "12"),
        ("+5", "5"),
        ("3000M", "null"),
        ("15K", "null"),
        ("1,000", "null"),
        ("1e3", "null"),
        ("User Info Error", "null"),
        ("", "null"),
    ] {
        let data = serde_json::json!({ "follower_count": count }).to_string();
        let rows = dry_run(&cleaner, data).unwrap().rows.unwrap();
        assert_eq!(rows[0]["follower_count"].to_string(), expected, "of {count}");
    }
}

#[test]
fn the_source_columns_are_there_beside_the_data() {
    let sql = "SELECT a, partitionKey, STREAM AS s, shardId, sequenceNumber, approximateArrivalTimestamp AS t FROM stream";
    let result = cleaner("a INT", sql).clean(vec![record(r#"{"a":1}"#, 7)]).unwrap();
    let shown = datafusion::arrow::util::pretty::pretty_format_batches(&result.rows).unwrap().to_string();
    let row =
        "| 1 | key-7        | pins | shardId-000000000000 | 7              | 1970-01-01T00:00:01.500Z |";
    assert!(shown.contains(row), "{shown}");
}

#[test]
fn a_source_column_is_there_also_where_only_a_condition_or_an_inner_query_names_it() {
    for (sql, expected) in [
        ("SELECT a FROM stream WHERE sequenceNumber = '7'", 1),
        ("SELECT a FROM stream WHERE sequenceNumber = '8' OR partitionKey IS NULL", 0),
        (
            "SELECT length(k) AS l FROM (SELECT concat(shardId, stream) AS k, a FROM stream) WHERE k IS NOT NULL",
            1,
        ),
        ("SELECT a FROM (SELECT * FROM stream) WHERE approximateArrivalTimestamp IS NOT NULL", 1),
        ("SELECT a FROM (SELECT * FROM stream) WHERE partitionKey = 'key-7'", 1),
    ] {
        let cleaned = cleaner("a INT", sql).clean(vec![record(r#"{"a":1}"#, 7)]).unwrap();
        assert_eq!(cleaned.row_count(), expected, "of {sql}");
    }
}

#[test]
fn a_field_of_the_data_hides_a_source_column_of_its_name() {
    check(
        "stream STRING",
        "SELECT stream FROM stream",
        r#"{"stream":"mine"}"#,
        r#"{"line":1,"rows":[{"stream":"mine"}]}"#,
    );
}

#[test]
fn rows_keep_the_order_of_their_records_and_what_is_no_object_is_set_aside() {
    let cleaner = cleaner("a INT", "SELECT a FROM stream WHERE a IS NULL OR a <> 3");
    let data = [r#"{"a":1}"#, "[1]", r#"{"a":3}"#, "{", r#"{"a":"x"}"#, r#"{"a":2}"#];
    let records = data.iter().enumerate().map(|(number, data)| record(data, number)).collect();
    let result = cleaner.clean(records).unwrap();
    let rows: Vec<_> = result.rows.iter().flat_map(|batch| crate::dry_run::objects(batch).unwrap()).collect();
    assert_eq!(Value::from(rows).to_string(), r#"[{"a":1},{"a":null},{"a":2}]"#);
    assert_eq!(result.row_count(), 3);
    let aside: Vec<_> =
        result.quarantined.iter().map(|q| (q.record.sequence_number.as_str(), q.reason.as_str())).collect();
    let expected = [
        ("1", "not a JSON object: expected '{', found '[' at byte 0"),
        ("3", "not JSON: expected a key in quotes, found the end of the data at byte 1"),
    ];
    assert_eq!(aside, expected);
}

#[test]
fn a_batch_of_many_slices_loses_no_record() {
    let cleaner = cleaner("a INT", "SELECT a FROM stream");
    let count = DECODE_RECORDS_MAX * 2 + 5;
    let data = |number| if number % 1000 == 7 { "x".to_owned() } else { format!("{{\"a\":{number}}}") };
    let result = cleaner.clean((0..count).map(|number| record(&data(number), number)).collect()).unwrap();
    assert_eq!(result.rows.len(), 3);
    assert_eq!(result.row_count() + result.quarantined.len(), count);
    assert!(result.quarantined.iter().all(|aside| aside.record.sequence_number.ends_with("007") || aside.record.sequence_number == "7"));
}

#[test]
fn queries_in_queries_are_one_chain() {
    let sql =
        "WITH named AS (SELECT a AS b, c FROM stream WHERE a > 1), twice AS (SELECT b * 2 AS d, c FROM named)
               SELECT d + 1 AS e, upper(t.c) AS c FROM (SELECT * FROM twice) AS t WHERE t.d < 100";
    check("a INT, c STRING", sql, r#"{"a":5,"c":"x"}"#, r#"{"line":1,"rows":[{"e":11,"c":"X"}]}"#);
    check("a INT, c STRING", sql, r#"{"a":1,"c":"x"}"#, r#"{"line":1,"rows":[]}"#);
    check("a INT, c STRING", sql, r#"{"a":50,"c":"x"}"#, r#"{"line":1,"rows":[]}"#);
}

#[test]
fn every_type_of_value_is_shown() {
    let schema = "s STRING, d DOUBLE, b BOOLEAN, t TIMESTAMP, dt DATE, n DECIMAL(10,2), x BINARY, l ARRAY<INT>, \
                  st STRUCT<a: INT, b: STRING>, m MAP<STRING, DOUBLE>";
    let data = r#"{"s":"é","d":1e400,"b":true,"t":"2019-01-04T02:30:10.5Z","dt":"2019-01-04","n":1.005,"x":"aGk=",
                   "l":[1,null],"st":{"a":1,"b":[2]},"m":{"k":1.5}}"#;
    let expected = r#"{"line":1,"rows":[{"s":"é","d":"Infinity","b":true,"t":"2019-01-04T02:30:10.500000Z","dt":"2019-01-04","n":"1.01","x":"aGk=","l":[1,null],"st":{"a":1,"b":"[2]"},"m":{"k":1.5}}]}"#;
    let sql = "SELECT s, d, b, t, dt, n, x, l, st, m FROM stream";
    check(schema, sql, data, expected);
    check(
        schema,
        "SELECT st.b AS c, st.a + 1 AS a FROM stream",
        data,
        r#"{"line":1,"rows":[{"c":"[2]","a":2}]}"#,
    );
}

#[test]
fn the_output_schema_carries_comments_and_nothing_is_not_null() {
    let cleaner = cleaner("a INT NOT NULL COMMENT 'the number', b STRING", "SELECT a AS n, b FROM stream");
    let schema = cleaner.output_schema();
    assert_eq!(schema.field(0).metadata().get("comment").map(String::as_str), Some("the number"));
    assert!(schema.fields().iter().all(|field| field.is_nullable()));
}

mod modes;
