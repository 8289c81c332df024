//! What is wrong is told by name in each protocol, nothing of the request is kept, and the service lives.

use alluvium_iam::{API_GATEWAY, AuthMode, TrustPolicy};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Harness, NOW_SECS, signed};

async fn check_put(datum: Value, code: &str, part: &str) {
    let harness = Harness::new();
    let good = json!({"MetricName": "Good", "Value": 1});
    let request = json!({"Namespace": "Mine", "MetricData": [good, datum]});
    let (found, message) = harness.refused("PutMetricData", request.clone()).await;
    assert_eq!(found, code, "{request}: {message}");
    assert!(message.contains(part), "{request}: {message}");
    assert_eq!(
        harness.ok("ListMetrics", json!({})).await["Metrics"],
        json!([]),
        "nothing is kept of {request}"
    );
}

#[tokio::test(start_paused = true)]
async fn every_fault_of_a_datum_is_told() {
    let with = |more: Value| {
        let mut datum = json!({"MetricName": "M"});
        datum.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        datum
    };
    let many = |count: usize| vec![json!({"Name": "N", "Value": "V"}); count];
    let value = "InvalidParameterValue";
    for (datum, code, part) in [
        (json!({"Value": 1}), "MissingParameter", "MetricData.member.2.MetricName is required"),
        (json!({"MetricName": "", "Value": 1}), value, "from 1 to 255 characters"),
        (json!({"MetricName": "M".repeat(256), "Value": 1}), value, "it has 256"),
        (json!({"MetricName": 7, "Value": 1}), "MalformedInput", "MetricName is not a string"),
        (json!(7), "MalformedInput", "MetricData.member.2 is not a structure"),
        (with(json!({})), "MissingParameter", "At least one of the parameters MetricData.member.2.Value"),
        (
            with(json!({"Value": "NaN"})),
            value,
            "The value NaN for parameter MetricData.member.2.Value is invalid",
        ),
        (with(json!({"Value": 1e300})), value, "2^360"),
        (with(json!({"Value": "Infinity"})), value, "inf"),
        (with(json!({"Value": [1]})), "MalformedInput", "is not a number"),
        (with(json!({"Value": 1, "Values": [1]})), "InvalidParameterCombination", "mutually exclusive"),
        (with(json!({"Value": 1, "StatisticValues": {}})), "InvalidParameterCombination", "StatisticValues"),
        (
            with(json!({"StatisticValues": {"SampleCount": 1}})),
            "MissingParameter",
            "StatisticValues.Sum is required",
        ),
        (
            with(json!({"StatisticValues": {"SampleCount": 0, "Sum": 1, "Minimum": 1, "Maximum": 1}})),
            value,
            "greater than 0",
        ),
        (with(json!({"Values": []})), value, "from 1 to 150 members"),
        (with(json!({"Values": vec![1; 151]})), value, "it has 151"),
        (with(json!({"Values": [1, 2], "Counts": [1]})), value, "must be of the same size"),
        (with(json!({"Values": [1], "Counts": [-1]})), value, "greater than 0"),
        (with(json!({"Value": 1, "Unit": "Furlongs"})), value, "must be one of Seconds"),
        (with(json!({"Value": 1, "StorageResolution": 30})), value, "must be 1 or 60"),
        (with(json!({"Value": 1, "Timestamp": NOW_SECS - 15 * 86_400})), value, "past two weeks"),
        (with(json!({"Value": 1, "Timestamp": NOW_SECS + 3 * 3_600})), value, "two hours ahead"),
        (with(json!({"Value": 1, "Timestamp": 1e300})), value, "past two weeks"),
        (with(json!({"Value": 1, "Timestamp": "then"})), "MalformedInput", "is not a point in time"),
        (with(json!({"Value": 1, "Dimensions": many(31)})), value, "at most 30 members"),
        (with(json!({"Value": 1, "Dimensions": many(2)})), value, "has the name \"N\" twice"),
        (
            with(json!({"Value": 1, "Dimensions": [{"Name": "N"}]})),
            "MissingParameter",
            "Dimensions.member.1.Value",
        ),
        (with(json!({"Value": 1, "Dimensions": {}})), "MalformedInput", "is not a list"),
    ] {
        check_put(datum, code, part).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_of_a_question_is_told() {
    let harness = Harness::new();
    let metric = json!({"Namespace": "N", "MetricName": "M"});
    let stat = |period: i64, stat: &str| json!({"Metric": metric, "Period": period, "Stat": stat});
    let ask =
        |query: Value| json!({"MetricDataQueries": [query], "StartTime": NOW_SECS - 60, "EndTime": NOW_SECS});
    let good = json!({"Id": "a", "MetricStat": stat(60, "Sum")});
    let (value, validation, missing) = ("InvalidParameterValue", "ValidationError", "MissingParameter");
    for (request, code, part) in [
        (json!({}), missing, "MetricDataQueries is required"),
        (ask(json!({})), missing, "MetricDataQueries.member.1.Id is required"),
        (ask(json!({"Id": "A", "MetricStat": stat(60, "Sum")})), validation, "expected pattern"),
        (ask(json!({"Id": "a", "Expression": "m1 + m2"})), validation, "metric math is not served here"),
        (ask(json!({"Id": "a"})), missing, "MetricStat is required"),
        (ask(json!({"Id": "a", "MetricStat": stat(60, "p101")})), validation, "MetricStat.Stat must be"),
        (ask(json!({"Id": "a", "MetricStat": stat(61, "Sum")})), value, "multiple of 60"),
        (ask(json!({"Id": "a", "MetricStat": stat(0, "Sum")})), value, "it is 0"),
        (
            ask(json!({"Id": "a", "MetricStat": {"Metric": {}, "Period": 60, "Stat": "Sum"}})),
            missing,
            "Metric.Namespace",
        ),
        (json!({"MetricDataQueries": [good], "StartTime": 1}), missing, "EndTime is required"),
        (json!({"MetricDataQueries": [good], "StartTime": 2, "EndTime": 2}), validation, "less than"),
        (
            json!({"MetricDataQueries": [good, good], "StartTime": 1, "EndTime": 2}),
            validation,
            "\"a\" is there twice",
        ),
        (
            json!({"MetricDataQueries": vec![&good; 501], "StartTime": 1, "EndTime": 2}),
            validation,
            "at most 500",
        ),
        (
            json!({"MetricDataQueries": [good], "StartTime": 1, "EndTime": 2, "ScanBy": "x"}),
            validation,
            "ScanBy",
        ),
        (
            json!({"MetricDataQueries": [good], "StartTime": 1, "EndTime": 2, "MaxDatapoints": 0}),
            validation,
            "100800",
        ),
        (
            json!({"MetricDataQueries": [good], "StartTime": 1, "EndTime": 2, "NextToken": "x"}),
            "InvalidNextToken",
            "NextToken",
        ),
    ] {
        let (found, message) = harness.refused("GetMetricData", request.clone()).await;
        assert_eq!(found, code, "{request}: {message}");
        assert!(message.contains(part), "{request}: {message}");
    }
    let all_time = json!({
        "MetricDataQueries": [good], "StartTime": -9.0e18, "EndTime": 9.0e18,
    });
    assert_eq!(harness.ok("GetMetricData", all_time).await["MetricDataResults"][0]["Values"], json!([]));

    let statistics = json!({
        "Namespace": "N", "MetricName": "M", "StartTime": NOW_SECS - 86_460, "EndTime": NOW_SECS, "Period": 60,
    });
    let (code, _) = harness.refused("GetMetricStatistics", statistics.clone()).await;
    assert_eq!(code, missing);
    let mut too_many = statistics;
    too_many["Statistics"] = json!(["Sum"]);
    let (code, message) = harness.refused("GetMetricStatistics", too_many).await;
    assert_eq!(code, "InvalidParameterCombination");
    assert!(message.starts_with("You have requested up to 1441 datapoints"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn namespaces_and_collections_past_their_limits_are_refused() {
    let harness = Harness::new();
    let datum = json!({"MetricName": "M", "Value": 1});
    for (namespace, count, code) in [
        ("AWS/Kinesis", 1, "InvalidParameterValue"),
        (":x", 1, "InvalidParameterValue"),
        ("", 1, "InvalidParameterValue"),
        ("Mine", 1_001, "InvalidParameterValue"),
        ("Mine", 0, "MissingParameter"),
    ] {
        let request = json!({"Namespace": namespace, "MetricData": vec![&datum; count]});
        assert_eq!(harness.refused("PutMetricData", request).await.0, code, "{namespace} {count}");
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_that_are_none_are_refused_in_their_own_protocol() {
    let harness = Harness::new();
    for body in ["", "hello", "[]", "{\"Namespace\":", "7"] {
        let answered = harness.json("PutMetricData", body).await;
        assert_eq!(answered.status, 400, "{body}");
        assert_eq!(answered.headers["x-amzn-query-error"], "MalformedInput;Sender", "{body}");
    }
    for body in [&b"\xff"[..], b"hello", b"\x80", b"\xbf\x61"] {
        let answered = harness.cbor("PutMetricData", Bytes::from_static(b"\xa1").slice(..0)).await;
        assert_eq!(answered.headers["x-amzn-query-error"], "MissingParameter;Sender");
        let answered = harness.cbor("PutMetricData", body.to_vec()).await;
        assert_eq!(
            (answered.status.as_u16(), &answered.headers["content-type"]),
            (400, &"application/cbor".parse().unwrap())
        );
        assert_eq!(answered.headers["x-amzn-query-error"], "MalformedInput;Sender", "{body:?}");
    }
    for (form, code) in [
        ("", "InvalidAction"),
        ("Action=DescribeAlarms&Version=2010-08-01", "InvalidAction"),
        ("Action=ListMetrics&MetricName.x=1", "MalformedInput"),
        ("Action=ListMetrics&Dimensions.member.1.Name=%3C%00", "200"),
        ("Action=PutMetricData&Namespace=N&MetricData=", "MissingParameter"),
        ("Action=PutMetricData&Namespace=N&MetricData.member.1.Value=x", "MissingParameter"),
        (
            "Action=PutMetricData&Namespace=N&MetricData.member.1.MetricName=M&MetricData.member.1.Value=x",
            "MalformedInput",
        ),
    ] {
        let answered = harness.form(form).await;
        let text = String::from_utf8(answered.body.to_vec()).unwrap();
        if code == "200" {
            assert_eq!(answered.status, 200, "{form}: {text}");
            continue;
        }
        assert_eq!(answered.status, 400, "{form}: {text}");
        assert!(text.contains(&format!("<Type>Sender</Type><Code>{code}</Code>")), "{form}: {text}");
    }
    let large = harness.json("PutMetricData", vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!(large.status, 413);
}

#[tokio::test(start_paused = true)]
async fn who_has_not_signed_gets_nothing() {
    let harness = Harness::with_mode(AuthMode::Enforce);
    for (request, status, part) in [
        (
            Request::post("/").body(Bytes::from("Action=ListMetrics")).unwrap(),
            403,
            "MissingAuthenticationToken",
        ),
        (signed("/").body(Bytes::from("Action=ListMetrics")).unwrap(), 403, "InvalidClientTokenId"),
        (
            signed("/")
                .header("x-amz-target", "GraniteServiceVersion20100801.ListMetrics")
                .body(Bytes::from("{}"))
                .unwrap(),
            400,
            "UnrecognizedClientException",
        ),
        (
            Request::get("/?Action=ListMetrics&Version=2010-08-01").body(Bytes::new()).unwrap(),
            403,
            "MissingAuthenticationToken",
        ),
    ] {
        let answered = harness.send(request).await;
        let text = String::from_utf8(answered.body.to_vec()).unwrap();
        assert_eq!(answered.status, status, "{text}");
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_may_ask_for_metrics_when_its_policies_let_it() {
    let harness = Harness::new();
    let role = harness.iam.create_role("watcher", &TrustPolicy::of_service(API_GATEWAY)).unwrap();
    let key = harness.iam.role_credentials(&role).unwrap();
    let list = |scheme: &str| {
        let (name, body) = match scheme {
            "json" => ("x-amz-target", "{}"),
            _ => ("x-nothing", "Action=ListMetrics&Version=2010-08-01"),
        };
        let mut request = signed("/").header(name, "GraniteServiceVersion20100801.ListMetrics");
        let headers = request.headers_mut().unwrap();
        let signature = headers["authorization"].to_str().unwrap().replace("AKIDEXAMPLE", &key.access_key_id);
        headers.insert("authorization", signature.parse().unwrap());
        request.body(Bytes::from(body)).unwrap()
    };
    let denied = "User: arn:aws:sts::123456789012:assumed-role/watcher/BackplaneAssumeRoleSession is not authorized to perform: \
                  cloudwatch:ListMetrics on resource: * because no identity-based policy allows the cloudwatch:ListMetrics action";
    for (scheme, status, code) in
        [("json", 400, "AccessDeniedException"), ("form", 403, "<Code>AccessDenied</Code>")]
    {
        let answered = harness.send(list(scheme)).await;
        let text = String::from_utf8(answered.body.to_vec()).unwrap();
        assert_eq!(answered.status, status, "{text}");
        assert!(text.contains(code) && text.contains(denied), "{text}");
    }
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cloudwatch:List*","Resource":"*",
                     "Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}}"#;
    harness.iam.put_role_policy("watcher", "p", policy).unwrap();
    assert_eq!(harness.send(list("json")).await.status, 200);
}

/// The only thread for blocking work is held, so an answer that is made there cannot be there at once, however quick it is.
#[test]
fn a_long_answer_does_not_hold_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let holding = tokio::task::spawn_blocking(move || held.recv().is_err());
        let harness = Harness::new();
        let mut asking = Box::pin(harness.json("ListMetrics", "{}"));
        tokio::select! {
            biased;
            _ = &mut asking => panic!("it was made on the runtime's own thread"),
            () = async {} => {}
        }
        drop(release);
        assert!(holding.await.unwrap());
        asking.await;
    });
}
