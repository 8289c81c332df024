//! What becomes of malformed records by mode and quarantine, and of records that a producer packed together.

use bytes::Bytes;
use md5::{Digest, Md5};

use super::*;
use crate::definition::{DecodeMode, DecodeOptions, MalformedOptions, QuarantineOptions};

const DATA: [&str; 4] = [r#"{"a":1}"#, "no json", r#"{"a":"x"}"#, r#"{"a":2}"#];

fn cleaned(
    mode: DecodeMode,
    quarantine: Option<QuarantineOptions>,
    mistyped: Option<bool>,
) -> Result<Cleaned, CleanError> {
    let mut definition = definition("a INT", "SELECT a FROM stream");
    let malformed = MalformedOptions { mistyped, nothing_known: false };
    definition.decode = DecodeOptions { mode, malformed, ..DecodeOptions::default() };
    definition.sink.quarantine = quarantine.unwrap_or(definition.sink.quarantine);
    let records = DATA.iter().enumerate().map(|(number, data)| record(data, number)).collect();
    Cleaner::prepare(&definition).unwrap().clean(records)
}

/// `records/rows/quarantined/dropped/partial`, which add up but for the last.
fn figures(cleaned: &Cleaned) -> String {
    let Cleaned { records, quarantined, dropped, partial, .. } = cleaned;
    let rows = cleaned.row_count() as u64;
    assert_eq!(*records, rows + quarantined.len() as u64 + dropped);
    format!("{records}/{rows}/{}/{dropped}/{partial}", quarantined.len())
}

#[test]
fn permissive_sets_malformed_records_aside_and_keeps_partial_rows() {
    let permissive = cleaned(DecodeMode::Permissive, None, None).unwrap();
    assert_eq!(figures(&permissive), "4/3/1/0/1");
    assert_eq!(permissive.partial_reasons, ["field a: expected INT, found \"x\" at byte 5"]);
    let strict = cleaned(DecodeMode::Permissive, None, Some(true)).unwrap();
    assert_eq!(figures(&strict), "4/2/2/0/0");
    assert_eq!(strict.quarantined[1].record.data, DATA[2]);
    assert_eq!(strict.quarantined[1].reason, "field a: expected INT, found \"x\" at byte 5");
}

#[test]
fn dropmalformed_drops_as_spark_does_and_counts() {
    let dropped = cleaned(DecodeMode::DropMalformed, None, None).unwrap();
    assert_eq!(figures(&dropped), "4/2/0/2/0");
    assert_eq!(dropped.dropped_reasons.len(), 2);
    assert_eq!(figures(&cleaned(DecodeMode::DropMalformed, None, Some(false)).unwrap()), "4/3/0/1/1");
    let by_quarantine = cleaned(DecodeMode::Permissive, Some(QuarantineOptions::Drop), None).unwrap();
    assert_eq!(figures(&by_quarantine), "4/3/0/1/1");
}

#[test]
fn failfast_ends_at_the_first_malformed_record_and_names_it() {
    let failed = cleaned(DecodeMode::FailFast, None, Some(true)).unwrap_err();
    assert_eq!(
        failed.to_string(),
        "shard shardId-000000000000, record 1: not a JSON object: expected '{', found 'n' at byte 0; the pipeline's mode is \
         failfast: nothing of the batch is committed"
    );
}

/// A record as the Kinesis Producer Library packs it: magic, protobuf, MD5. Keys are `k0`, `k1`, ..
fn aggregate(data: &[&str]) -> Vec<u8> {
    let field = |number: u8, bytes: &[u8]| {
        let length = u8::try_from(bytes.len()).unwrap();
        assert!(length < 0x80, "one byte of length");
        [&[number << 3 | 2, length][..], bytes].concat()
    };
    let mut body = Vec::new();
    for (at, data) in (0_u8..).zip(data) {
        body.extend(field(1, format!("k{at}").as_bytes()));
        body.extend(field(3, &[&[1 << 3, at][..], &field(3, data.as_bytes())].concat()));
    }
    let digest = Md5::digest(&body);
    [&[0xF3, 0x89, 0x9A, 0xC2][..], &body, &digest].concat()
}

#[test]
fn user_records_of_an_aggregate_are_records_of_their_own() {
    let sql = "SELECT a, partitionKey AS k, sequenceNumber AS s, subSequenceNumber AS u FROM stream";
    let data = [
        Bytes::from_static(b"{\"a\":1}"),
        aggregate(&["{\"a\":2}", "broken", "{\"a\":3}"]).into(),
        Bytes::from_static(b"{\"a\":4}"),
    ];
    let records = data.iter().zip(0..).map(|(data, at)| RawRecord { data: data.clone(), ..record("", at) });
    let cleaned = cleaner("a INT", sql).clean(records.collect()).unwrap();
    let rows: Vec<_> =
        cleaned.rows.iter().flat_map(|batch| crate::dry_run::objects(batch).unwrap()).collect();
    let shown: Vec<String> = rows.into_iter().map(|row| Value::Object(row).to_string()).collect();
    let expected = [
        r#"{"a":1,"k":"key-0","s":"0","u":null}"#,
        r#"{"a":2,"k":"k0","s":"1","u":0}"#,
        r#"{"a":3,"k":"k2","s":"1","u":2}"#,
        r#"{"a":4,"k":"key-2","s":"2","u":null}"#,
    ];
    assert_eq!(shown, expected);
    let [bad] = cleaned.quarantined.as_slice() else { panic!("one is set aside") };
    assert_eq!((bad.record.sequence_number.as_str(), bad.record.sub_sequence_number), ("1", Some(1)));
    assert_eq!(
        bad.reason,
        "user record 1 of an aggregated record: not a JSON object: expected '{', found 'b' at byte 0"
    );
    assert_eq!((bad.record.data.as_ref(), bad.record.partition_key.as_str()), (&b"broken"[..], "k1"));
    assert_eq!(cleaned.records, 5);
}

#[test]
fn what_only_looks_like_an_aggregate_is_set_aside_whole() {
    let mut broken = aggregate(&["{\"a\":2}"]);
    *broken.last_mut().unwrap() ^= 1;
    let data = Bytes::from(broken);
    let record = RawRecord { data: data.clone(), ..record("", 0) };
    let cleaned = cleaner("a INT", "SELECT a FROM stream").clean(vec![record]).unwrap();
    assert_eq!(cleaned.quarantined[0].record.data, data);
    assert_eq!(cleaned.quarantined[0].record.sub_sequence_number, None);
    let reason = &cleaned.quarantined[0].reason;
    assert!(reason.starts_with("it begins as an aggregated record"), "{reason}");
}

#[test]
fn an_aggregate_larger_than_a_slice_is_cut_and_loses_nothing() {
    let many = 100;
    let records: Vec<_> = (0..many)
        .map(|at| RawRecord { data: aggregate(&[r#"{"a":1}"#; 120]).into(), ..record("", at) })
        .collect();
    let cleaned = cleaner("a INT", "SELECT a FROM stream").clean(records).unwrap();
    assert_eq!((cleaned.records, cleaned.row_count()), (12_000, 12_000));
    assert_eq!(cleaned.rows.len(), 2);
}

#[test]
fn select_star_has_the_columns_of_databricks_source_and_no_more() {
    let cleaner = cleaner("a INT", "SELECT * FROM (SELECT *, subSequenceNumber FROM stream)");
    let names: Vec<_> = cleaner.output_schema().fields().iter().map(|field| field.name().clone()).collect();
    let source = ["partitionKey", "stream", "shardId", "sequenceNumber", "approximateArrivalTimestamp"];
    assert_eq!(names, [&["a"][..], &source, &["subSequenceNumber"]].concat());
}
