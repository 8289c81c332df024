//! What the options of the decoding change: modes are tested with the cleaning, what counts as malformed and what is rescued here.

use super::*;
use crate::definition::{DateFormat, DecodeMode, JsonOptions, MalformedOptions};

fn named(name: &str) -> SourceText {
    SourceText { file: "alluvium.yaml:9:5".to_owned(), text: name.to_owned() }
}

fn decoder_with(schema: &str, options: DecodeOptions) -> Decoder {
    let ddl = SourceText { file: "schema".to_owned(), text: schema.to_owned() };
    Decoder::new(Schema::parse(&ddl).unwrap(), options).unwrap()
}

/// What becomes of one record: its row as JSON, or the reason; and what does not fit in the row.
fn check(schema: &str, options: &DecodeOptions, data: &str, expected: &str) {
    let decoded = decoder_with(schema, options.clone()).decode(&[record(data.as_bytes())]).unwrap();
    assert_eq!(decoded.partial, decoded.partial_reasons.len() as u64, "of {data}");
    let got = match (decoded.refused.first(), decoded.partial_reasons.first()) {
        (Some((_, reason)), _) => {
            assert_eq!(decoded.rows.num_rows(), 0, "of {data}");
            format!("refused: {reason}")
        }
        (None, None) => Value::Object(row(&decoded.rows)).to_string(),
        (None, Some((_, reason))) => format!("{} partial: {reason}", Value::Object(row(&decoded.rows))),
    };
    assert_eq!(got, expected, "of {data}");
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_its_field_type_and_byte() {
    let plain = DecodeOptions::default();
    let check = |data, expected| check("i INT, s STRING, d DATE", &plain, data, expected);
    check(r#"{"i":1,"s":2,"d":"2020-01-02"}"#, r#"{"i":1,"s":"2","d":"2020-01-02"}"#);
    check(
        r#"{"s":"é","i": "12","d":null}"#,
        r#"{"i":null,"s":"é","d":null} partial: field i: expected INT, found "12" at byte 15"#,
    );
    check(
        r#"{"i":1.0,"d":"soon"}"#,
        r#"{"i":null,"s":null,"d":null} partial: field i: expected INT, found 1.0 at byte 5; field d: expected DATE, found "soon" at byte 13"#,
    );
    // Of equal keys the last that fits counts, and the other is told.
    check(
        r#"{"i":1,"i":"x"}"#,
        r#"{"i":1,"s":null,"d":null} partial: field i: expected INT, found "x" at byte 11"#,
    );
    check(
        r#"{"i":"x","i":1}"#,
        r#"{"i":1,"s":null,"d":null} partial: field i: expected INT, found "x" at byte 5"#,
    );
    check(r#"{"i":1,"i":2}"#, r#"{"i":2,"s":null,"d":null}"#);
}

#[test]
fn what_is_shown_of_a_record_is_short_and_can_be_printed() {
    let plain = DecodeOptions::default();
    check(
        "i INT",
        &plain,
        &format!("{{\"i\":\"{}\"}}", "long ".repeat(20)),
        "{\"i\":null} partial: field i: expected INT, found \"long long long long long long long long …\" at byte 5",
    );
    check(
        "i INT",
        &plain,
        "{\"i\":\"\u{202e}\u{7f}\u{9b}31m\\n\"}",
        "{\"i\":null} partial: field i: expected INT, found \"\\u{202e}\\u{7f}\\u{9b}31m\\n\" at byte 5",
    );
    check(
        "i INT, j INT, k INT, l INT, m INT",
        &plain,
        r#"{"i":[],"j":[],"k":[],"l":[],"m":[]}"#,
        "{\"i\":null,\"j\":null,\"k\":null,\"l\":null,\"m\":null} partial: field i: expected INT, found [] at byte 5; \
         field j: expected INT, found [] at byte 12; field k: expected INT, found [] at byte 19; and 2 more",
    );
}

#[test]
fn a_value_inside_others_is_named_by_its_path() {
    let plain = DecodeOptions::default();
    let schema =
        "st STRUCT<x: INT, y: STRING>, arr ARRAY<INT>, m MAP<STRING, INT>, deep ARRAY<STRUCT<x: INT>>";
    let check = |data, expected| check(schema, &plain, data, expected);
    check(
        r#"{"st":{"x":true,"y":"k"}}"#,
        r#"{"st":{"x":null,"y":"k"},"arr":null,"m":null,"deep":null} partial: field st.x: expected INT, found true at byte 11"#,
    );
    check(
        r#"{"arr":[1,"2"]}"#,
        r#"{"st":null,"arr":null,"m":null,"deep":null} partial: field arr[1]: expected INT, found "2" at byte 10"#,
    );
    check(
        r#"{"m":{"k":1,"l":{}}}"#,
        r#"{"st":null,"arr":null,"m":null,"deep":null} partial: field m.l: expected INT, found {} at byte 16"#,
    );
    check(
        r#"{"deep":[{"x":1},{"x":"1"}]}"#,
        r#"{"st":null,"arr":null,"m":null,"deep":[{"x":1},{"x":null}]} partial: field deep[1].x: expected INT, found "1" at byte 22"#,
    );
    check(
        r#"{"st":[]}"#,
        r#"{"st":null,"arr":null,"m":null,"deep":null} partial: field st: expected STRUCT<x: INT, y: STRING>, found [] at byte 6"#,
    );
}

#[test]
fn what_has_no_place_is_rescued() {
    let options =
        DecodeOptions { rescued_data_column: Some(named("_rescued_data")), ..DecodeOptions::default() };
    let rescued = |data: &str, expected: Option<&str>| {
        let schema = "i INT, st STRUCT<x: INT, y: STRING>, arr ARRAY<STRUCT<x: INT>>";
        let decoded = decoder_with(schema, options.clone()).decode(&[record(data.as_bytes())]).unwrap();
        assert_eq!(row(&decoded.rows)["_rescued_data"].as_str(), expected, "of {data}");
    };
    rescued(r#"{"i":1,"st":{"x":1}}"#, None);
    rescued("{}", None);
    rescued(r#"{"i":null}"#, None);
    rescued(r#"{"i": 1.50 , "st":{"x":2}}"#, Some(r#"{"i":1.50}"#));
    rescued(r#"{"I":1,"new":{"a": [1, "b\n"]}}"#, Some(r#"{"I":1,"new":{"a":[1,"b\n"]}}"#));
    rescued(r#"{"st":{"x":"no","y":"yes","z":1e400}}"#, Some(r#"{"st":{"x":"no","z":1e400}}"#));
    rescued(r#"{"arr":[{"x":1},{"x":1,"z":2}]}"#, Some(r#"{"arr":[{"x":1},{"x":1,"z":2}]}"#));
    rescued(r#"{"arr":[{"x":1},{"x":2}]}"#, None);
    rescued(r#"{"u":1,"v":2,"u":3}"#, Some(r#"{"u":3,"v":2}"#));
    rescued(r#"{"a\"\\b":'single',"n":NaN}"#, Some(r#"{"a\"\\b":"single","n":"NaN"}"#));
    rescued("{\"😀\":\"😀\"}", Some(r#"{"\uD83D\uDE00":"\uD83D\uDE00"}"#));
}

#[test]
fn columns_of_the_options_stand_after_the_fields_and_take_no_name_that_is_taken() {
    let options = DecodeOptions {
        rescued_data_column: Some(named("rescued")),
        corrupt_record_column: Some(named("_corrupt_record")),
        ..DecodeOptions::default()
    };
    check("i INT", &options, r#"{"i":1}"#, r#"{"i":1,"rescued":null,"_corrupt_record":null}"#);
    check(
        "i INT",
        &options,
        r#"{"i": "x"}"#,
        r#"{"i":null,"rescued":"{\"i\":\"x\"}","_corrupt_record":"{\"i\": \"x\"}"} partial: field i: expected INT, found "x" at byte 6"#,
    );
    for (name, expected) in [
        ("I", r#"alluvium.yaml:9:5: there is a column "i" already: choose another name"#),
        ("shardid", r#"alluvium.yaml:9:5: there is a column "shardId" already: choose another name"#),
        (" ", "alluvium.yaml:9:5: the column needs a name"),
    ] {
        let options = DecodeOptions { rescued_data_column: Some(named(name)), ..DecodeOptions::default() };
        let ddl = SourceText { file: "schema".to_owned(), text: "i INT".to_owned() };
        let refused = Decoder::new(Schema::parse(&ddl).unwrap(), options).unwrap_err();
        assert_eq!(refused.to_string(), expected);
    }
}

#[test]
fn wrong_types_and_nothing_known_count_as_malformed_where_that_is_asked_for() {
    let strict = DecodeOptions {
        malformed: MalformedOptions { mistyped: Some(true), nothing_known: true },
        ..DecodeOptions::default()
    };
    check("i INT", &strict, r#"{"i":1}"#, r#"{"i":1}"#);
    check("i INT", &strict, r#"{"i":null}"#, r#"{"i":null}"#);
    check("i INT", &strict, r#"{"i":"1"}"#, r#"refused: field i: expected INT, found "1" at byte 5"#);
    check("i INT", &strict, r#"{"j":1}"#, "refused: none of the schema's fields is in it");
    check("i INT", &strict, "{}", "refused: none of the schema's fields is in it");
    let by_mode = DecodeOptions { mode: DecodeMode::DropMalformed, ..DecodeOptions::default() };
    check("i INT", &by_mode, r#"{"i":"1"}"#, r#"refused: field i: expected INT, found "1" at byte 5"#);
    let rescuing = DecodeOptions { rescued_data_column: Some(named("r")), ..by_mode };
    check(
        "i INT",
        &rescuing,
        r#"{"i":"1"}"#,
        r#"{"i":null,"r":"{\"i\":\"1\"}"} partial: field i: expected INT, found "1" at byte 5"#,
    );
}

#[test]
fn rows_that_are_taken_out_leave_the_others_as_they_were() {
    let strict = DecodeOptions {
        malformed: MalformedOptions { mistyped: Some(true), nothing_known: false },
        ..DecodeOptions::default()
    };
    let data = [r#"{"i":1}"#, r#"{"i":"x"}"#, "[]", r#"{"i":2}"#];
    let records: Vec<_> = data
        .iter()
        .map(|data| RawRecord { partition_key: (*data).to_owned(), ..record(data.as_bytes()) })
        .collect();
    let decoded = decoder_with("i INT", strict).decode(&records).unwrap();
    let rows: Vec<_> = objects(&decoded.rows).unwrap();
    let kept: Vec<_> = rows.iter().map(|row| (row["i"].to_string(), row["partitionKey"].as_str())).collect();
    assert_eq!(kept, [("1".to_owned(), Some(data[0])), ("2".to_owned(), Some(data[3]))]);
    assert_eq!(decoded.records, [0, 3]);
    assert_eq!(decoded.refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn formats_replace_sparks_own_forms() {
    let options = DecodeOptions {
        timestamp_format: Some(DateFormat::timestamp("yyyy:MM:dd HH:mm:ss").unwrap()),
        date_format: Some(DateFormat::date("dd/MM/yyyy").unwrap()),
        ..DecodeOptions::default()
    };
    check(
        "t TIMESTAMP, d DATE",
        &options,
        r#"{"t":"2019:01:04 02:30:10","d":"31/12/1969"}"#,
        r#"{"t":"2019-01-04T02:30:10.000000Z","d":"1969-12-31"}"#,
    );
    check(
        "t TIMESTAMP, d DATE",
        &options,
        r#"{"t":"2019-01-04 02:30:10","d":"2019-01-04"}"#,
        "{\"t\":null,\"d\":null} partial: field t: expected TIMESTAMP, found \"2019-01-04 02:30:10\" at byte 5; \
         field d: expected DATE, found \"2019-01-04\" at byte 31",
    );
    check("t TIMESTAMP", &options, r#"{"t":10}"#, r#"{"t":"1970-01-01T00:00:10.000000Z"}"#);
}

#[test]
fn what_is_json_can_be_narrowed_and_widened() {
    let json = |change: fn(&mut JsonOptions)| {
        let mut options = DecodeOptions::default();
        change(&mut options.json);
        options
    };
    let plain = DecodeOptions::default();
    check("s STRING", &plain, "{'s':'a'}", r#"{"s":"a"}"#);
    let no_single = json(|json| json.allow_single_quotes = false);
    check(
        "s STRING",
        &no_single,
        "{'s':1}",
        "refused: not JSON: expected a key in quotes, found '\\'' at byte 1",
    );
    check(
        "s STRING",
        &no_single,
        "{\"s\":'a'}",
        "refused: not JSON: expected a value, found '\\'' at byte 5",
    );
    check("d DOUBLE", &plain, "{\"d\":-INF}", r#"{"d":"-Infinity"}"#);
    let no_words = json(|json| json.allow_non_numeric_numbers = false);
    for word in ["NaN", "Infinity", "-INF", "-Infinity"] {
        let decoded = decoder_with("d DOUBLE", no_words.clone());
        let refused = decoded.decode(&[record(format!("{{\"d\":{word}}}").as_bytes())]).unwrap().refused;
        assert_eq!(refused.len(), 1, "of {word}");
    }
    check(
        "d DOUBLE",
        &no_words,
        r#"{"d":"NaN"}"#,
        r#"{"d":null} partial: field d: expected DOUBLE, found "NaN" at byte 5"#,
    );
    let controls = json(|json| json.allow_unquoted_control_chars = true);
    check("s STRING", &controls, "{\"s\":\"a\tb\u{0}\nc\"}", "{\"s\":\"a\\tb\\u0000\\nc\"}");
    check("s STRING", &controls, "{\"s\":[\"a\tb\"]}", "{\"s\":\"[\\\"a\\\\tb\\\"]\"}");
    let escapes = json(|json| json.allow_backslash_escaping_any_character = true);
    check("s STRING", &escapes, r#"{"s":"\q\é\😀\n"}"#, "{\"s\":\"qé😀\\n\"}");
    check("s STRING", &escapes, r#"{"s":["\q"]}"#, r#"{"s":"[\"q\"]"}"#);
}

/// Any JSON, numbers as serde_json writes them again.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

/// Objects of which some keys are fields of the schema.
fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![Just("i".to_owned()), Just("st".to_owned()), any::<String>()];
    prop::collection::btree_map(key, any_json(), 0..8).prop_map(Map::from_iter)
}

proptest! {
    #[test]
    fn an_object_that_serde_takes_is_taken_and_what_is_rescued_is_the_rest_of_it(object in any_object()) {
        let options = DecodeOptions { rescued_data_column: Some(named("rescued data")), ..DecodeOptions::default() };
        let data = Value::Object(object).to_string();
        let decoded = decoder_with("i INT, st STRUCT<i: INT>", options).decode(&[record(data.as_bytes())]).unwrap();
        prop_assert!(decoded.refused.is_empty());
        let row = row(&decoded.rows);
        let rescued: Map<String, Value> =
            row["rescued data"].as_str().map_or_else(Map::new, |text| serde_json::from_str(text).unwrap());
        // Read again, for serde_json reads some doubles a little beside what it wrote.
        let object: Map<String, Value> = serde_json::from_str(&data).unwrap();
        for (key, value) in &object {
            match key.as_str() {
                "i" if value.is_null() || value.as_i64().is_some_and(|i| i32::try_from(i).is_ok()) => {
                    prop_assert_eq!((&row["i"], rescued.get(key)), (value, None));
                }
                "st" if value.is_object() || value.is_null() => {
                    let left = rescued.get(key).map_or(0, |left| left.as_object().unwrap().len());
                    prop_assert!(left <= value.as_object().map_or(0, Map::len));
                }
                _ => prop_assert_eq!(rescued.get(key), Some(value)),
            }
        }
        let partial = decoded.partial > 0;
        let mistyped = ["i", "st"].iter().any(|key| rescued.get(*key).is_some_and(|value| !value.is_object()));
        prop_assert!(partial || !mistyped);
    }
}
