//! Bodies at the edges of what is read without a tree: each is taken, or refused in the same words, as with one.

use alluvium_kinesis_model::OperationInput;
use alluvium_kinesis_model::operations::{PutRecordInput, PutRecordsInput};

use crate::inputs::check_hot_paths;

/// Whether a body is taken by one of the two, after both have agreed with the tree.
fn is_taken(body: &[u8]) -> bool {
    check_hot_paths(body);
    PutRecordInput::from_json(body).is_ok() || PutRecordsInput::from_json(body).is_ok()
}

#[test]
fn what_stands_in_the_place_of_a_value_is_taken_or_refused_as_with_a_tree() {
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let deeper = "[".repeat(10_000);
    let long = format!(r#""{}""#, "k".repeat(257));
    // A value, and whether it is a partition key or a hash key, base64, a boolean.
    for (value, key, blob, boolean) in [
        (r#""7""#, true, false, false),
        (r#""\u0037""#, true, false, false),
        (r#""\ud83d\ude00""#, true, false, false),
        (r#""\ud83d""#, false, false, false),
        (r#""\ude00\ud83d""#, false, false, false),
        ("\"\u{7f}\"", true, false, false),
        ("\"\u{1f}\"", false, false, false),
        ("\"\t\"", false, false, false),
        (r#""\x""#, false, false, false),
        (r#""AAAA""#, true, true, false),
        (r#""AP8=""#, true, true, false),
        (r#""AP8\u003d""#, true, true, false),
        (r#""AP8""#, true, false, false),
        (r#""AP9=""#, true, false, false),
        (r#""_-8=""#, true, false, false),
        (r#""AP8= ""#, true, false, false),
        ("\"AP8=\u{e9}\"", true, false, false),
        (r#""""#, false, true, false),
        ("null", true, false, true),
        ("true", false, false, true),
        ("truefalse", false, false, false),
        ("True", false, false, false),
        (r#""yes""#, true, false, true),
        ("7", false, false, false),
        ("-0.5e3", false, false, false),
        ("{}", false, false, false),
        (deep.as_str(), false, false, false),
        (deeper.as_str(), false, false, false),
        (long.as_str(), false, false, false),
    ] {
        let of_key = format!(r#"{{"StreamName":"a","Data":"","PartitionKey":{value}}}"#);
        assert_eq!(is_taken(of_key.as_bytes()), key, "{of_key:.80}");
        let of_entry = format!(r#"{{"StreamName":"a","Records":[{{"Data":"","PartitionKey":{value}}}]}}"#);
        assert_eq!(is_taken(of_entry.as_bytes()), key, "{of_entry:.80}");
        let of_data = format!(r#"{{"StreamName":"a","Data":{value},"PartitionKey":"k"}}"#);
        assert_eq!(is_taken(of_data.as_bytes()), blob, "{of_data:.80}");
        let of_switch = format!(r#"{{"StreamName":"a","Data":"","PartitionKey":"k","DryRun":{value}}}"#);
        assert_eq!(is_taken(of_switch.as_bytes()), boolean, "{of_switch:.80}");
    }
}

#[test]
fn bodies_that_are_nearly_right_are_taken_or_refused_as_with_a_tree() {
    let plain = r#"{"StreamName":"a","Data":"","PartitionKey":"k"}"#;
    for (body, taken) in [
        (plain.to_owned(), true),
        (format!(" \t\r\n{plain}\n"), true),
        (plain.replace(':', " :\n"), true),
        (plain.replace('{', r#"{"Unknown":[{"x":1}],"#), true),
        (plain.replace("Data", "D\\u0061ta"), true),
        (plain.replace('{', r#"{"PartitionKey":"","#), true),
        (plain.replace('}', r#","PartitionKey":""}"#), false),
        (plain.replace('}', r#","PartitionKey":7}"#), false),
        (plain.replace('{', r#"{"PartitionKey":7,"#), true),
        (plain.replace('}', r#","Data":null}"#), false),
        (plain.replace('{', r#"{"Data":"?","#), true),
        (plain.replace('}', r#","StreamName":"b"}"#), true),
        (plain.replace("Data", "data"), false),
        (format!("{plain}{plain}"), false),
        (format!("{plain},"), false),
        (format!("{plain}\0"), false),
        (format!("\u{feff}{plain}"), false),
        (format!("[{plain}]"), false),
        (plain.replace('}', ",}"), false),
        (plain.replace('{', "{,"), false),
        (plain.replace(',', ",,"), false),
        (plain.replace(':', "::"), false),
        (plain.replace('"', "'"), false),
        (plain.replace(',', "\u{b},"), false),
        (plain.replace(',', "/**/,"), false),
        (plain.replace("Data", "Records"), false),
        (r#"{"StreamName":"a","Records":[{"Data":"","PartitionKey":"k"},]}"#.to_owned(), false),
        (r#"{"StreamName":"a","Records":[null]}"#.to_owned(), false),
        (r#"{"StreamName":"a","Records":[{"Data":"","Data":"AA==","PartitionKey":"k"}]}"#.to_owned(), true),
        (r#"{"StreamName":"a","Records":[],"Records":[{"Data":"","PartitionKey":"k"}]}"#.to_owned(), true),
        (r#"{"StreamName":"a","Records":[{"Data":"","PartitionKey":"k"}],"Records":null}"#.to_owned(), false),
    ] {
        assert_eq!(is_taken(body.as_bytes()), taken, "{body}");
    }
    for bad in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80"] {
        for name in ["StreamName", "PartitionKey", "Data", "Unknown"] {
            let head = format!(r#"{{"StreamName":"a","Data":"","PartitionKey":"k","{name}":""#);
            let body = [head.as_bytes(), bad, b"\"}"].concat();
            assert!(!is_taken(&body), "{name} with {bad:?}");
        }
        let name = [&br#"{"StreamName":"a","Data":"","PartitionKey":"k",""#[..], bad, br#"":7}"#].concat();
        assert!(!is_taken(&name), "a name with {bad:?}");
    }
}
