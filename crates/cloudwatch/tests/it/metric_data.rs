//! What is put comes out again, as statistics of periods, page by page.

use alluvium_cloudwatch::{Measured, MetricSpec, Unit};
use serde_json::{Value, json};

use crate::harness::{Harness, NOW_SECS};

async fn put(harness: &Harness, data: Value) {
    harness.ok("PutMetricData", json!({"Namespace": "Mine", "MetricData": data})).await;
}

fn query(id: &str, stat: &str, period: i64) -> Value {
    let metric = json!({"Namespace": "Mine", "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "1"}]});
    json!({"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}})
}

async fn data(harness: &Harness, queries: Vec<Value>, more: Value) -> Value {
    let mut request = json!({
        "MetricDataQueries": queries, "StartTime": NOW_SECS - 3_600, "EndTime": NOW_SECS + 60,
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    harness.ok("GetMetricData", request).await
}

fn datum(value: &Value, secs_ago: i64) -> Value {
    let mut datum = json!({
        "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "1"}], "Timestamp": NOW_SECS - secs_ago,
    });
    datum.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    datum
}

#[tokio::test(start_paused = true)]
async fn values_counts_and_statistic_sets_come_to_one_statistic() {
    let harness = Harness::new();
    put(
        &harness,
        json!([
            datum(&json!({"Value": 2.0}), 0),
            datum(&json!({"Values": [4.0, 8.0], "Counts": [3.0, 1.0]}), 0),
            datum(&json!({"StatisticValues": {"SampleCount": 5, "Sum": 10, "Minimum": 1, "Maximum": 3}}), 60),
        ]),
    )
    .await;
    let stats = ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50"];
    let queries =
        stats.iter().enumerate().map(|(index, stat)| query(&format!("q{index}"), stat, 60)).collect();
    let answer = data(&harness, queries, json!({})).await;
    let values: Vec<_> =
        answer["MetricDataResults"].as_array().unwrap().iter().map(|result| &result["Values"]).collect();
    assert_eq!(values[0], &json!([5.0, 5.0]));
    assert_eq!(values[1], &json!([22.0, 10.0]));
    assert_eq!(values[2], &json!([4.4, 2.0]));
    assert_eq!(values[3], &json!([2.0, 1.0]));
    assert_eq!(values[4], &json!([8.0, 3.0]));
    // Of the set nobody knows the median.
    let median = values[5].as_array().unwrap();
    assert!(median.len() == 1 && (3.6..=4.0).contains(&median[0].as_f64().unwrap()), "{median:?}");
    assert_eq!(answer["MetricDataResults"][0]["Timestamps"], json!([NOW_SECS, NOW_SECS - 60]));
    assert_eq!(answer["MetricDataResults"][0]["Label"], "M");
    assert_eq!(answer["MetricDataResults"][0]["StatusCode"], "Complete");
}

#[tokio::test(start_paused = true)]
async fn pages_go_on_where_they_ended_in_both_orders() {
    let harness = Harness::new();
    let points: Vec<_> =
        (0..10).map(|minute| datum(&json!({"Value": f64::from(minute)}), i64::from(minute) * 60)).collect();
    put(&harness, json!(points)).await;
    for (scan_by, first, last) in [("TimestampDescending", 0.0, 9.0), ("TimestampAscending", 9.0, 0.0)] {
        let mut values: Vec<(String, f64)> = Vec::new();
        let mut token = Value::Null;
        loop {
            let queries = vec![query("a", "Sum", 60), query("b", "Sum", 60)];
            let more = json!({"ScanBy": scan_by, "MaxDatapoints": 4, "NextToken": token});
            let page = data(&harness, queries, more).await;
            for result in page["MetricDataResults"].as_array().unwrap() {
                for value in result["Values"].as_array().unwrap() {
                    values.push((result["Id"].as_str().unwrap().to_owned(), value.as_f64().unwrap()));
                }
            }
            token = page["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(values.len(), 20, "{values:?}");
        for (id, from) in [("a", 0), ("b", 10)] {
            assert_eq!(values[from], (id.to_owned(), first));
            assert_eq!(values[from + 9], (id.to_owned(), last));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn periods_begin_at_multiples_or_with_the_start() {
    let harness = Harness::new();
    // NOW_SECS is the 33rd minute of its... hour: 22:13. Four minutes back are 22:09 to 22:13.
    put(&harness, json!([datum(&json!({"Value": 1.0}), 0), datum(&json!({"Value": 2.0}), 240)])).await;
    let answer = data(&harness, vec![query("a", "Sum", 300)], json!({"ScanBy": "TimestampAscending"})).await;
    let aligned = json!([NOW_SECS - 13 * 60 + 5 * 60, NOW_SECS - 3 * 60]);
    assert_eq!(answer["MetricDataResults"][0]["Timestamps"], aligned);

    let request = json!({
        "Namespace": "Mine", "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "1"}], "Period": 300,
        "StartTime": NOW_SECS - 240, "EndTime": NOW_SECS + 60, "Statistics": ["Sum", "SampleCount"],
        "ExtendedStatistics": ["p100"],
    });
    let answer = harness.ok("GetMetricStatistics", request).await;
    assert_eq!(answer["Label"], "M");
    assert_eq!(
        answer["Datapoints"],
        json!([{
            "Timestamp": NOW_SECS - 240, "Sum": 3.0, "SampleCount": 2.0, "Unit": "None", "ExtendedStatistics": {"p100": 2.0},
        }])
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_program_measures_is_read_like_what_is_put() {
    const SPECS: &[MetricSpec] = &[MetricSpec { name: "IncomingBytes", unit: Unit::BYTES }];
    let harness = Harness::new();
    let meter = harness.metrics.meter("AWS/Kinesis", &[("StreamName", "s")], SPECS);
    meter.record(NOW_SECS * 1_000, &[Measured { metric: 0, value: 7.0 }]);
    let mut asked = query("a", "Sum", 60);
    asked["MetricStat"]["Metric"] = json!({
        "Namespace": "AWS/Kinesis", "MetricName": "IncomingBytes", "Dimensions": [{"Name": "StreamName", "Value": "s"}],
    });
    let answer = data(&harness, vec![asked.clone()], json!({})).await;
    assert_eq!(answer["MetricDataResults"][0]["Values"], json!([7.0]));
    asked["MetricStat"]["Unit"] = json!("Count");
    let answer = data(&harness, vec![asked], json!({})).await;
    assert_eq!(answer["MetricDataResults"][0]["Values"], json!([]));
}
