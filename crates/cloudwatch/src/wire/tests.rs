//! The three protocols: what is read, what is refused, what is written.

use proptest::prelude::*;

use super::*;

fn structure(members: &[(&'static str, Document)]) -> Document {
    Document::Structure(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn sample() -> Document {
    structure(&[
        ("Absent", Document::Null),
        ("Flag", Document::Boolean(true)),
        ("Integer", Document::Integer(-7)),
        ("List", Document::List(vec![structure(&[("Name", Document::text("a<&>\"\u{1}"))])])),
        ("Map", Document::Map(vec![("p99".to_owned(), Document::Float(1.5))])),
        ("Time", Document::Timestamp(1_700_000_000_000)),
    ])
}

#[test]
fn one_tree_is_written_in_each_protocol() {
    assert_eq!(
        String::from_utf8(json::write(&sample())).expect("JSON is UTF-8"),
        "{\"Flag\":true,\"Integer\":-7,\"List\":[{\"Name\":\"a<&>\\\"\\u0001\"}],\"Map\":{\"p99\":1.5},\"Time\":1700000000}"
    );
    assert_eq!(
        String::from_utf8(query::write("Op", Some(&sample()), "id")).expect("XML is UTF-8"),
        "<OpResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><OpResult><Flag>true</Flag><Integer>-7</Integer>\
         <List><member><Name>a&lt;&amp;&gt;&quot;\u{fffd}</Name></member></List>\
         <Map><entry><key>p99</key><value>1.5</value></entry></Map><Time>2023-11-14T22:13:20Z</Time></OpResult>\
         <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></OpResponse>\n"
    );
    let read = cbor::read(&cbor::write(&sample())).expect("what is written can be read");
    let Document::Structure(members) = &read else { panic!("{read:?} is no structure") };
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, ["Flag", "Integer", "List", "Map", "Time"]);
    assert_eq!(members[4].1, Document::Timestamp(1_700_000_000_000));
}

#[test]
fn cbor_is_read_in_every_form_that_clients_send() {
    // {_ "T": 1(1.5e9 as an integer), (_ "a" "b"): [_ half 1.5, 2^64-1, -1, null]}
    let body = [
        0xbf, 0x61, b'T', 0xc1, 0x1a, 0x59, 0x68, 0x2f, 0x00, 0x7f, 0x61, b'a', 0x61, b'b', 0xff, 0x9f, 0xf9,
        0x3e, 0x00, 0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x20, 0xf6, 0xff, 0xff,
    ];
    let expected = structure(&[
        ("T", Document::Timestamp(1_500_000_000_000)),
        (
            "ab",
            Document::List(vec![
                Document::Float(1.5),
                Document::Float(18_446_744_073_709_551_615.0),
                Document::Integer(-1),
                Document::Null,
            ]),
        ),
    ]);
    assert_eq!(cbor::read(&body), Some(expected));
    for length in 0..body.len() {
        assert_eq!(cbor::read(&body[..length]), None, "the first {length} bytes");
    }
}

#[test]
fn cbor_past_the_limits_or_of_no_member_is_refused() {
    let deep = vec![0x81; 100_000];
    let mut wide = vec![0x9f];
    wide.resize(1_000_000, 0x00);
    wide.push(0xff);
    let announced = [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];
    let cases: [&[u8]; 10] = [
        &deep,
        &wide,
        &announced,
        &[0x41, 0x00],       // a blob
        &[0xc2, 0x00],       // another tag
        &[0xc1, 0x61, b'a'], // a time that is text
        &[0xa1, 0x00, 0x00], // a name that is a number
        &[0xa0, 0xa0],       // two values
        &[0x62, 0xff, 0xfe], // text that is not UTF-8
        &[0xff],             // an end of nothing
    ];
    for (index, case) in cases.iter().enumerate() {
        assert_eq!(cbor::read(case), None, "case {index}");
    }
}

#[test]
fn json_past_the_limits_is_refused() {
    let deep = "[".repeat(100_000);
    let wide = format!("[{}0]", "0,".repeat(crate::limits::DOCUMENT_VALUES_MAX));
    for bad in ["", "hello", "{\"a\":", "{} {}", &deep, &wide] {
        assert_eq!(json::read(bad.as_bytes()), None, "{bad:.40}");
    }
}

#[test]
fn a_form_is_a_tree_whose_lists_are_in_the_order_of_their_numbers() {
    let form = b"Action=Op&L.member.10=c&L.member.2=b&L.member.1=a+%26&S.Inner.X=1&Empty=";
    let list = ["a &", "b", "c"].map(Document::text).to_vec();
    let expected = structure(&[
        ("Action", Document::text("Op")),
        ("Empty", Document::text("")),
        ("L", Document::List(list)),
        ("S", structure(&[("Inner", structure(&[("X", Document::text("1"))]))])),
    ]);
    assert_eq!(query::read(form), Some(expected));
    let deep = format!("{}=1", "a.".repeat(1_000));
    for bad in ["A=1&A.B=2", "L.member.x=1", "L.member.-1=1", "L.member.99999999999=1", &deep] {
        assert_eq!(query::read(bad.as_bytes()), None, "{bad:.40}");
    }
}

#[test]
fn times_of_forms_are_read_with_and_without_a_zone() {
    for (text, expected) in [
        ("2023-11-14T22:13:20Z", Some(1_700_000_000_000)),
        ("2023-11-14T22:13:20.25Z", Some(1_700_000_000_250)),
        ("2023-11-14T23:13:20+01:00", Some(1_700_000_000_000)),
        ("2023-11-14T22:13:20", Some(1_700_000_000_000)),
        ("1700000000", Some(1_700_000_000_000)),
        ("yesterday", None),
        ("NaN", None),
    ] {
        assert_eq!(timestamp_millis(text), expected, "{text}");
    }
}

#[test]
fn path_and_target_name_protocol_and_operation() {
    let check = |path: &str, target: Option<&'static str>, expected: Option<(Wire, &str)>| {
        let mut headers = HeaderMap::new();
        if let Some(target) = target {
            headers.insert(TARGET, HeaderValue::from_static(target));
        }
        assert_eq!(recognise(path, &headers), expected, "{path} {target:?}");
    };
    let cbor = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    check(cbor, None, Some((Wire::Cbor, "ListMetrics")));
    check("/service/GraniteServiceVersion20100801/x", None, Some((Wire::Cbor, "")));
    check("/service/Other/operation/ListMetrics", None, None);
    check("/", Some("GraniteServiceVersion20100801.PutMetricData"), Some((Wire::Json, "PutMetricData")));
    check("/", Some("Kinesis_20131202.PutRecord"), None);
    check("/", None, None);
}

/// Trees as requests have them: times to the millisecond, numbers that are finite.
fn tree() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Document::Boolean),
        any::<i64>().prop_map(Document::Integer),
        (-1e100_f64..1e100).prop_map(|number| Document::Float(number + 0.1)),
        ".{0,20}".prop_map(Document::Text),
        (-4_000_000_000_000_i64..4_000_000_000_000).prop_map(Document::Timestamp),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name = "[A-Z][a-z]{0,8}".prop_map(std::borrow::Cow::Owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Document::List),
            prop::collection::vec((name, inner), 0..6).prop_map(Document::Structure),
        ]
    })
}

proptest! {
    #[test]
    fn what_cbor_writes_it_reads(document in tree()) {
        prop_assert_eq!(cbor::read(&cbor::write(&document)), Some(document));
    }

    #[test]
    fn a_tree_with_bytes_changed_is_read_or_refused_and_nothing_else(
        document in tree(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        for mut body in [cbor::write(&document), json::write(&document)] {
            for (place, byte) in &changes {
                let place = place.index(body.len());
                body[place] = *byte;
            }
            let _ = (cbor::read(&body), json::read(&body), query::read(&body));
        }
    }

    #[test]
    fn forms_of_any_names_are_read_or_refused(form in "([A-Z.member0-9=&%+]|\\PC){0,200}") {
        let _ = query::read(form.as_bytes());
        let _ = timestamp_millis(&form);
    }
}
