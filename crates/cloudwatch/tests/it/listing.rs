//! ListMetrics: filters, pages, and the same answer in each protocol.

use std::io::Write;

use serde_json::{Value, json};

use crate::harness::{Harness, NOW_SECS, signed};

async fn names(harness: &Harness, filter: Value) -> Vec<String> {
    let answer = harness.ok("ListMetrics", filter).await;
    let name = |metric: &Value| {
        let dimensions = metric["Dimensions"].as_array().unwrap();
        let values = dimensions.iter().map(|dimension| dimension["Value"].as_str().unwrap());
        format!("{} {}", metric["MetricName"].as_str().unwrap(), values.collect::<Vec<_>>().join(","))
    };
    answer["Metrics"].as_array().unwrap().iter().map(name).collect()
}

fn dimensions(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}

#[tokio::test(start_paused = true)]
async fn filters_take_what_they_say() {
    let harness = Harness::new();
    let data = json!([
        {"MetricName": "A", "Value": 1, "Dimensions": dimensions(&[("X", "1")])},
        {"MetricName": "A", "Value": 1, "Dimensions": dimensions(&[("Y", "2"), ("X", "2")]), "Unit": "Count"},
        {"MetricName": "A", "Value": 1, "Dimensions": dimensions(&[("X", "2"), ("Y", "2")]), "Unit": "Bytes"},
        {"MetricName": "B", "Value": 1, "Timestamp": NOW_SECS - 4 * 3600},
    ]);
    harness.ok("PutMetricData", json!({"Namespace": "Mine", "MetricData": data})).await;
    for (filter, expected) in [
        (json!({}), vec!["A 1", "A 2,2", "B "]),
        (json!({"Namespace": "Mine", "MetricName": "B"}), vec!["B "]),
        (json!({"Namespace": "Other"}), vec![]),
        (json!({"Dimensions": [{"Name": "X"}]}), vec!["A 1", "A 2,2"]),
        (json!({"Dimensions": [{"Name": "X", "Value": "2"}, {"Name": "Y"}]}), vec!["A 2,2"]),
        (json!({"RecentlyActive": "PT3H"}), vec!["A 1", "A 2,2"]),
        (json!({"OwningAccount": "999999999999"}), vec![]),
    ] {
        assert_eq!(names(&harness, filter.clone()).await, expected, "{filter}");
    }
    let owners = harness.ok("ListMetrics", json!({"IncludeLinkedAccounts": true, "MetricName": "B"})).await;
    assert_eq!(owners["OwningAccounts"], json!(["123456789012"]));
}

#[tokio::test(start_paused = true)]
async fn pages_have_each_metric_once_and_tokens_belong_to_their_request() {
    let harness = Harness::new();
    let data: Vec<_> =
        (0..1_000).map(|index| json!({"MetricName": format!("M{index}"), "Value": 1})).collect();
    harness.ok("PutMetricData", json!({"Namespace": "Mine", "MetricData": data})).await;
    let first = harness.ok("ListMetrics", json!({})).await;
    let token = first["NextToken"].clone();
    let second = harness.ok("ListMetrics", json!({"NextToken": token})).await;
    assert_eq!(second["NextToken"], Value::Null);
    let lists = [&first, &second].map(|page| page["Metrics"].as_array().unwrap().clone()).concat();
    let mut listed: Vec<_> = lists.iter().map(|metric| metric["MetricName"].as_str().unwrap()).collect();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), 1_000);
    for (filter, token) in [("Mine", token.as_str().unwrap()), ("Other", "hello")] {
        let refused = harness.refused("ListMetrics", json!({"Namespace": filter, "NextToken": token})).await;
        assert_eq!(refused.0, "InvalidParameterValue");
    }
}

#[tokio::test(start_paused = true)]
async fn each_protocol_puts_and_lists() {
    let harness = Harness::new();
    let put = "Action=PutMetricData&Version=2010-08-01&Namespace=Mine&MetricData.member.1.MetricName=Form\
               &MetricData.member.1.Value=1.5&MetricData.member.1.Dimensions.member.1.Name=X\
               &MetricData.member.1.Dimensions.member.1.Value=%3Cx%3E&MetricData.member.1.Timestamp=2023-11-14T22%3A13%3A00Z";
    let answered = harness.form(put).await;
    let text = String::from_utf8(answered.body.to_vec()).unwrap();
    assert_eq!(answered.status, 200, "{text}");
    assert!(text.starts_with("<PutMetricDataResponse xmlns="), "{text}");

    // {"Namespace": "Mine", "MetricData": [{"MetricName": "Cbor", "Value": 2}]}
    let mut body =
        b"\xa2\x69Namespace\x64Mine\x6aMetricData\x81\xa2\x6aMetricName\x64Cbor\x65Value\x02".to_vec();
    let answered = harness.cbor("PutMetricData", body.clone()).await;
    assert_eq!((answered.status.as_u16(), answered.body.len()), (200, 0));
    assert_eq!(answered.headers["smithy-protocol"], "rpc-v2-cbor");

    body = b"{\"Namespace\":\"Mine\",\"MetricData\":[{\"MetricName\":\"Zipped\",\"Value\":3}]}".to_vec();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(&body).unwrap();
    let request = signed("/")
        .header("x-amz-target", "GraniteServiceVersion20100801.PutMetricData")
        .header("content-encoding", "gzip");
    let answered = harness.send(request.body(zipped.finish().unwrap().into()).unwrap()).await;
    assert_eq!(answered.status, 200, "{:?}", answered.body);

    assert_eq!(names(&harness, json!({})).await, ["Form <x>", "Cbor ", "Zipped "]);
    let listed = harness.form("Action=ListMetrics&Version=2010-08-01&MetricName=Form").await;
    let text = String::from_utf8(listed.body.to_vec()).unwrap();
    assert_eq!(listed.headers["content-type"], "text/xml");
    let metric = "<Metrics><member><Namespace>Mine</Namespace><MetricName>Form</MetricName><Dimensions><member>\
                  <Name>X</Name><Value>&lt;x&gt;</Value></member></Dimensions></member></Metrics>";
    assert!(text.contains(metric), "{text}");
    let listed = harness.cbor("ListMetrics", "").await;
    assert!(listed.body.starts_with(b"\xa1\x67Metrics\x83\xa3\x69Namespace\x64Mine"), "{:?}", listed.body);
}
