//! Records made to hurt: each is taken or refused with a reason, in work that grows no faster than the record.
//!
//! What must stay true: the bound is on bytes gone through, which is the same on every machine, not on time.

use super::*;
use crate::decode::scan::steps;
use crate::definition::{DecodeOptions, JsonOptions, MalformedOptions};

const MIB: usize = 1 << 20;

/// How often each byte may be gone through: once to find the values, and again by each look at a value that is inside others,
/// for its row, for its reason and for its rescue.
const LOOKS_MAX: usize = 12;

/// Everything switched on, so that all that looks at a record does.
fn decoder_of_all() -> Decoder {
    let ddl = SourceText { file: "schema".to_owned(), text: SCHEMA.to_owned() };
    let own = |name: &str| Some(SourceText { file: "options".to_owned(), text: name.to_owned() });
    let options = DecodeOptions {
        rescued_data_column: own("_rescued"),
        corrupt_record_column: own("_corrupt"),
        malformed: MalformedOptions { mistyped: Some(false), nothing_known: false },
        ..DecodeOptions::default()
    };
    Decoder::new(Schema::parse(&ddl).unwrap(), options).unwrap()
}

/// The row of a record or the reason against it; the bytes gone through are counted.
fn decode_counted(data: &[u8]) -> Result<Map<String, Value>, String> {
    let with_all = decoder_of_all();
    steps::take();
    let decoded = with_all.decode(&[record(data)]).unwrap();
    let taken = steps::take();
    assert!(taken <= data.len() * LOOKS_MAX + 1000, "{taken} steps for {} bytes", data.len());
    match decoded.refused.into_iter().next() {
        Some((_, reason)) => Err(reason),
        None => Ok(row(&decoded.rows)),
    }
}

#[test]
fn ten_mebibytes_in_one_value_are_one_value() {
    let data = format!("{{\"s\":\"{}\"}}", "x".repeat(10 * MIB - 8));
    assert_eq!(decode_counted(data.as_bytes()).unwrap()["s"].as_str().map(str::len), Some(10 * MIB - 8));
    let escaped = format!("{{\"s\":\"{}\"}}", "\\u00e9".repeat(MIB));
    assert_eq!(decode_counted(escaped.as_bytes()).unwrap()["s"].as_str().map(str::len), Some(2 * MIB));
    let nested = format!("{{\"s\":[{}0]}}", "0,".repeat(MIB));
    assert_eq!(decode_counted(nested.as_bytes()).unwrap()["s"].as_str().map(str::len), Some(2 * MIB + 3));
    let items = format!("{{\"arr\":[{}\"x\"]}}", "1,".repeat(MIB));
    let row = decode_counted(items.as_bytes()).unwrap();
    assert!(row["arr"].is_null() && row["_rescued"].as_str().map(str::len) == Some(items.len()));
}

#[test]
fn ten_mebibytes_that_are_nothing_are_refused() {
    let cut = format!("{{\"s\":\"{}", "x".repeat(10 * MIB));
    assert_eq!(
        decode_counted(cut.as_bytes()).unwrap_err(),
        "not JSON: the string that begins here is never closed at byte 5"
    );
    assert_eq!(
        decode_counted(&vec![0; 10 * MIB]).unwrap_err(),
        "not a JSON object: expected '{', found '\\0' at byte 0"
    );
    let blanks = vec![b' '; 10 * MIB];
    let reason = "not a JSON object: expected '{', found the end of the data at byte 10485760";
    assert_eq!(decode_counted(&blanks).unwrap_err(), reason);
    let invalid = [&b"{\"s\":\""[..], &vec![0xFF; MIB], b"\"}"].concat();
    assert_eq!(decode_counted(&invalid).unwrap()["s"].as_str().map(str::len), Some(3 * MIB));
}

#[test]
fn a_nul_is_a_character_where_it_is_escaped_and_nowhere_else() {
    assert_eq!(decode_counted(br#"{"s":"a\u0000b"}"#).unwrap()["s"], "a\u{0}b");
    assert_eq!(
        decode_counted(b"{\"s\":\"a\0b\"}").unwrap_err(),
        "not JSON: the control character U+0000 stands raw in a string at byte 7"
    );
    assert_eq!(
        decode_counted(b"{\0}").unwrap_err(),
        "not JSON: expected a key in quotes, found '\\0' at byte 1"
    );
}

#[test]
fn a_million_levels_are_refused_where_the_limit_is() {
    for open in ["[", "{\"a\":"] {
        let deep = format!("{{\"x\":{}", open.repeat(1_000_000));
        let reason = decode_counted(deep.as_bytes()).unwrap_err();
        assert!(reason.starts_with("not JSON: nested deeper than 1000 levels"), "{reason}");
    }
}

#[test]
fn a_million_columns_cost_what_their_bytes_cost() {
    let columns: Vec<String> = (0..1_000_000).map(|at| format!("\"k{at}\":1")).collect();
    let data = format!("{{{},\"i\":7}}", columns.join(","));
    let row = decode_counted(data.as_bytes()).unwrap();
    assert_eq!(row["i"], 7);
    assert_eq!(row["_rescued"].as_str().map(str::len), Some(data.len() - "\"i\":7,".len()));
    let struct_members = format!("{{\"st\":{data}}}");
    assert!(decode_counted(struct_members.as_bytes()).unwrap()["st"]["x"].is_null());
    let map = format!("{{\"m\":{data}}}");
    assert_eq!(decode_counted(map.as_bytes()).unwrap()["m"].as_object().map(Map::len), Some(1_000_001));
}

#[test]
fn a_million_equal_keys_are_one_value() {
    let data = format!("{{{}\"i\":1}}", "\"i\":0,".repeat(1_000_000));
    assert_eq!(decode_counted(data.as_bytes()).unwrap()["i"], 1);
    let data = format!("{{{}\"u\":1}}", "\"u\":0,".repeat(1_000_000));
    assert_eq!(decode_counted(data.as_bytes()).unwrap()["_rescued"], "{\"u\":1}");
    let data = format!("{{\"m\":{{{}\"k\":1}}}}", "\"k\":0,".repeat(1_000_000));
    assert_eq!(decode_counted(data.as_bytes()).unwrap()["m"]["k"], 1);
}

#[test]
fn a_number_of_a_million_digits_is_refused() {
    let digits = "9".repeat(1_000_000);
    for number in [digits.clone(), format!("-0.{digits}"), format!("1e{digits}")] {
        let data = format!("{{\"d\":{number}}}");
        let reason = decode_counted(data.as_bytes()).unwrap_err();
        assert_eq!(reason, "not JSON: a number of more than 1000 digits at byte 5");
    }
    // In quotes it is text, and a DECIMAL of too many digits.
    let data = format!("{{\"s\":\"{digits}\",\"dec\":\"{digits}\"}}");
    let row = decode_counted(data.as_bytes()).unwrap();
    assert!(row["s"].as_str().map(str::len) == Some(1_000_000) && row["dec"].is_null());
}

#[test]
fn a_byte_order_mark_is_no_json() {
    let reason = decode_counted("\u{feff}{}".as_bytes()).unwrap_err();
    assert_eq!(reason, "not a JSON object: expected '{', found '\\u{feff}' at byte 0");
    assert!(decode_counted(b"\xff\xfe{\0}\0").is_err());
}

/// Whatever stands in a record, all that the options add agrees about it.
fn check_any(data: &[u8], json: JsonOptions) {
    let mut with_all = decoder_of_all();
    with_all.options.json = json;
    steps::take();
    let decoded = with_all.decode(&[record(data)]).unwrap();
    assert!(steps::take() <= data.len() * LOOKS_MAX + 1000);
    let Some((_, reason)) = decoded.refused.first() else {
        let row = row(&decoded.rows);
        let partial = decoded.partial == 1;
        assert_eq!(row["_corrupt"].is_string(), partial);
        assert!(!partial || row["_rescued"].is_string(), "what does not fit is rescued");
        assert!(decoded.partial_reasons.iter().all(|(_, reason)| reason.starts_with("field ")));
        return;
    };
    assert!(!reason.is_empty() && !reason.contains(char::is_control), "{reason:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_taken_or_refused_with_every_option(data in prop::collection::vec(any::<u8>(), 0..200)) {
        check_any(&data, JsonOptions::default());
        check_any(&data, JsonOptions::READ_AGAIN);
    }

    #[test]
    fn anything_like_json_is_taken_or_refused_with_every_option(data in json_like()) {
        check_any(data.as_bytes(), JsonOptions::default());
        check_any(data.as_bytes(), JsonOptions::READ_AGAIN);
    }
}
