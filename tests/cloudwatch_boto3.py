"""Drives CloudWatch with boto3 in each of its protocols, and reads the page for Prometheus with Prometheus's own parser; prints
what it saw as one JSON object.

Arguments: the endpoint's URL. Credentials and region come from the environment.
"""

import datetime
import json
import sys
import urllib.request

import boto3
from botocore import model
from botocore.config import Config
from botocore.exceptions import ClientError
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "query")


def cloudwatch(endpoint, protocol, sent):
    """A client that speaks one protocol; `sent` takes content type and encoding of its requests."""
    # botocore chooses the first that it knows of those that the model lists.
    chosen = property(lambda service: protocol if service.service_name == "cloudwatch" else "json")
    model.ServiceModel.resolved_protocol = chosen
    config = Config(request_min_compression_size_bytes=10_240, retries={"total_max_attempts": 1})
    client = boto3.client("cloudwatch", endpoint_url=endpoint, config=config)

    def note(request, **_):
        headers = [request.headers.get(name) for name in ("Content-Type", "Content-Encoding")]
        sent.append([header.decode() if isinstance(header, bytes) else header for header in headers])

    client.meta.events.register("before-send.cloudwatch", note)
    return client


def refusal(call, **arguments):
    """Code, type and status of the error that a call is refused with."""
    try:
        call(**arguments)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return [error.response["Error"]["Code"], status, type(error).__name__]
    return None


def query(identifier, namespace, name, stat, **dimensions):
    """One query of GetMetricData."""
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}


def use(client, protocol, sent):
    """Puts, lists and asks in one protocol."""
    seen = {}
    namespace = f"Test {protocol}"
    now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
    earlier = now - datetime.timedelta(minutes=5)
    pair = [{"Name": "Shard <&> ü", "Value": 'a"b'}]
    client.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {"MetricName": "Lag", "Dimensions": pair, "Value": 2.5, "Unit": "Milliseconds", "Timestamp": earlier},
            {"MetricName": "Lag", "Dimensions": pair, "Values": [1.0, 4.0], "Counts": [2.0, 1.0], "Unit": "Milliseconds"},
            {
                "MetricName": "Set",
                "StatisticValues": {"SampleCount": 3, "Sum": 6, "Minimum": 1, "Maximum": 3},
                "Unit": "Count",
            },
        ],
    )
    many = [{"MetricName": f"Metric{index}", "Value": float(index)} for index in range(700)]
    client.put_metric_data(Namespace=namespace, MetricData=many)
    seen["content_type"], seen["zipped"] = sent[-1]

    pages = list(client.get_paginator("list_metrics").paginate(Namespace=namespace))
    seen["pages"] = [len(page["Metrics"]) for page in pages]
    listed = client.list_metrics(Namespace=namespace, MetricName="Lag", Dimensions=[{"Name": pair[0]["Name"]}])
    seen["listed"] = listed["Metrics"] == [{"Namespace": namespace, "MetricName": "Lag", "Dimensions": pair}]

    span = {"StartTime": now - datetime.timedelta(hours=1), "EndTime": now + datetime.timedelta(minutes=5)}
    queries = [
        query("lag", namespace, "Lag", "Sum", **{pair[0]["Name"]: pair[0]["Value"]}),
        query("high", namespace, "Lag", "p99", **{pair[0]["Name"]: pair[0]["Value"]}),
        query("none", namespace, "Absent", "Sum"),
    ]
    paginator = client.get_paginator("get_metric_data")
    results = paginator.paginate(
        MetricDataQueries=queries, ScanBy="TimestampAscending", PaginationConfig={"PageSize": 1}, **span
    ).build_full_result()["MetricDataResults"]
    lag = [result for result in results if result["Id"] == "lag"]
    seen["sums"] = [value for result in lag for value in result["Values"]]
    seen["time"] = lag[0]["Timestamps"][0] == earlier
    seen["high"] = [round(value, 1) for result in results if result["Id"] == "high" for value in result["Values"]]
    seen["none"] = [result["Values"] for result in results if result["Id"] == "none"]

    statistics = client.get_metric_statistics(
        Namespace=namespace, MetricName="Set", Period=3600, Statistics=["Sum", "Average", "Maximum"], **span
    )
    seen["set"] = [[point["Sum"], point["Average"], point["Maximum"], point["Unit"]] for point in statistics["Datapoints"]]
    extended = client.get_metric_statistics(
        Namespace=namespace, MetricName="Metric7", Period=3600, ExtendedStatistics=["p50", "p99.9"], **span
    )
    seen["extended"] = [point["ExtendedStatistics"] for point in extended["Datapoints"]]

    both = {"MetricName": "M", "Value": 1.0, "Values": [1.0]}
    seen["errors"] = {
        "both": refusal(client.put_metric_data, Namespace=namespace, MetricData=[both]),
        "reserved": refusal(client.put_metric_data, Namespace="AWS/X", MetricData=[{"MetricName": "M", "Value": 1.0}]),
        "token": refusal(client.get_metric_data, MetricDataQueries=queries, NextToken="forged", **span),
        "expression": refusal(
            client.get_metric_data, MetricDataQueries=[{"Id": "e", "Expression": "lag / 2"}], **span
        ),
        "statistics": refusal(client.get_metric_statistics, Namespace="N", MetricName="M", Period=60, **span),
        "not_built": refusal(client.describe_alarms),
    }
    return seen


def streams(endpoint):
    """Metrics of a stream that was used, as CloudWatch tells them."""
    kinesis = boto3.client("kinesis", endpoint_url=endpoint)
    kinesis.create_stream(StreamName="measured", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="measured", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    for _ in range(3):
        kinesis.put_record(StreamName="measured", PartitionKey="a", Data=b"12345")
    shard = kinesis.list_shards(StreamName="measured")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="measured", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    kinesis.get_records(ShardIterator=iterator["ShardIterator"])

    client = boto3.client("cloudwatch", endpoint_url=endpoint)
    listed = client.list_metrics(Namespace="AWS/Kinesis", Dimensions=[{"Name": "StreamName", "Value": "measured"}])
    now = datetime.datetime.now(datetime.timezone.utc)
    span = {"StartTime": now - datetime.timedelta(minutes=10), "EndTime": now + datetime.timedelta(minutes=2)}
    names = {"bytes": "IncomingBytes", "records": "IncomingRecords", "age": "GetRecords.IteratorAgeMilliseconds"}
    queries = [query(key, "AWS/Kinesis", name, "Sum", StreamName="measured") for key, name in names.items()]
    results = client.get_metric_data(MetricDataQueries=queries, **span)["MetricDataResults"]
    latency = client.get_metric_statistics(
        Namespace="AWS/Kinesis",
        MetricName="PutRecord.Latency",
        Dimensions=[{"Name": "StreamName", "Value": "measured"}],
        Period=3600,
        Statistics=["SampleCount", "Minimum"],
        Unit="Milliseconds",
        **span,
    )["Datapoints"]
    return {
        "names": sorted(metric["MetricName"] for metric in listed["Metrics"]),
        "sums": {result["Id"]: sum(result["Values"]) for result in results},
        "latencies": sum(point["SampleCount"] for point in latency),
        "latency_positive": all(point["Minimum"] > 0 for point in latency),
    }


def page(endpoint, accept, parse):
    """The page for Prometheus, parsed: its content type and the samples of some families."""
    request = urllib.request.Request(f"{endpoint}/_alluvium/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        content_type = answer.headers["Content-Type"]
        families = list(parse(answer.read().decode()))
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in families for sample in family.samples
    }
    stream = (("stream_name", "measured"),)
    return {
        "content_type": content_type.split(";")[0],
        "incoming_bytes": samples[("aws_kinesis_incoming_bytes_sum", stream)],
        "put_latencies": samples[("aws_kinesis_put_record_latency_count", stream)],
        "put_requests": samples[("alluvium_kinesis_requests_total", (("operation", "PutRecord"), ("outcome", "OK")))],
        "store_records": samples[("alluvium_store_records_total", ())],
        "synced": samples[("alluvium_store_syncs_total", ())] > 0,
        "connected": samples[("alluvium_connections", ())] > 0,
        "help": [family.documentation for family in families if family.name == "aws_kinesis_incoming_bytes"],
    }


def main():
    endpoint = sys.argv[1]
    seen = {}
    chosen = model.ServiceModel.resolved_protocol
    for protocol in PROTOCOLS:
        sent = []
        seen[protocol] = use(cloudwatch(endpoint, protocol, sent), protocol, sent)
    model.ServiceModel.resolved_protocol = chosen
    seen["streams"] = streams(endpoint)
    seen["plain"] = page(endpoint, "*/*", plain_text)
    seen["open"] = page(endpoint, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5", open_metrics)
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
