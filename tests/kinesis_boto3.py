"""Drives a Kinesis endpoint with boto3 the way applications do; prints what it saw as one JSON object.

Arguments: the endpoint's URL. Credentials and region come from the environment.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError


def code_of(call, **arguments):
    """The error code that a call is refused with."""
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


def forged(iterator):
    """The iterator with one character in its middle changed."""
    middle = len(iterator) // 2
    return iterator[:middle] + ("A" if iterator[middle] != "A" else "B") + iterator[middle + 1 :]


def read_all(client, stream):
    """Every record of a stream, shard by shard from its oldest record to its tip."""
    records = []
    for shard in client.list_shards(StreamName=stream)["Shards"]:
        iterator = client.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while True:
            page = client.get_records(ShardIterator=iterator, Limit=100)
            records += [(shard["ShardId"], record) for record in page["Records"]]
            if page["MillisBehindLatest"] == 0 and not page["Records"]:
                break
            iterator = page["NextShardIterator"]
    return records


def main():
    client = boto3.client("kinesis", endpoint_url=sys.argv[1])
    seen = {}

    client.create_stream(StreamName="boto", ShardCount=2)
    client.create_stream(StreamName="demand", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    seen["first_status"] = client.describe_stream_summary(StreamName="boto")["StreamDescriptionSummary"]["StreamStatus"]
    waiter = client.get_waiter("stream_exists")
    for name in ("boto", "demand"):
        waiter.wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    seen["streams"] = client.list_streams()["StreamNames"]
    described = client.describe_stream(StreamName="boto")["StreamDescription"]
    seen["shards"] = [shard["ShardId"] for shard in described["Shards"]]
    seen["arn"] = described["StreamARN"]
    seen["on_demand_shards"] = len(client.list_shards(StreamName="demand")["Shards"])
    seen["on_demand_mode"] = client.describe_stream_summary(StreamName="demand")["StreamDescriptionSummary"][
        "StreamModeDetails"
    ]["StreamMode"]

    put = client.put_record(StreamName="boto", Data=b"one \xff\x00", PartitionKey="a")
    seen["sequence_digits"] = len(put["SequenceNumber"])
    many = client.put_records(
        StreamName="boto",
        Records=[{"Data": f"record {number}".encode(), "PartitionKey": f"key {number}"} for number in range(50)],
    )
    seen["failed"] = many["FailedRecordCount"]
    records = read_all(client, "boto")
    seen["read"] = len(records)
    seen["first_data_kept"] = any(record["Data"] == b"one \xff\x00" for _, record in records)
    in_order = {}
    for shard, record in records:
        in_order.setdefault(shard, []).append(int(record["SequenceNumber"]))
    seen["ordered"] = all(numbers == sorted(set(numbers)) for numbers in in_order.values())

    after = client.get_shard_iterator(
        StreamName="boto",
        ShardId=put["ShardId"],
        ShardIteratorType="AFTER_SEQUENCE_NUMBER",
        StartingSequenceNumber=put["SequenceNumber"],
    )["ShardIterator"]
    at = client.get_shard_iterator(
        StreamARN=described["StreamARN"],
        ShardId=put["ShardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=put["SequenceNumber"],
    )["ShardIterator"]
    seen["at_includes"] = client.get_records(ShardIterator=at)["Records"][0]["SequenceNumber"] == put["SequenceNumber"]
    seen["after_excludes"] = put["SequenceNumber"] not in [
        record["SequenceNumber"] for record in client.get_records(ShardIterator=after)["Records"]
    ]
    latest = client.get_shard_iterator(StreamName="boto", ShardId=put["ShardId"], ShardIteratorType="LATEST")
    seen["latest_is_empty"] = client.get_records(ShardIterator=latest["ShardIterator"])["Records"] == []
    since = client.get_shard_iterator(
        StreamName="boto", ShardId=put["ShardId"], ShardIteratorType="AT_TIMESTAMP", Timestamp=0
    )
    seen["since_1970"] = len(client.get_records(ShardIterator=since["ShardIterator"])["Records"]) > 0

    seen["errors"] = {
        "create_twice": code_of(client.create_stream, StreamName="boto", ShardCount=1),
        "unknown_stream": code_of(client.describe_stream, StreamName="nowhere"),
        "unknown_shard": code_of(
            client.get_shard_iterator, StreamName="boto", ShardId="shardId-000000000099", ShardIteratorType="LATEST"
        ),
        "bad_name": code_of(client.describe_stream, StreamName="not a name"),
        "forged_iterator": code_of(client.get_records, ShardIterator=forged(latest["ShardIterator"])),
        "bad_hash_key": code_of(
            client.put_record, StreamName="boto", Data=b"x", PartitionKey="a", ExplicitHashKey="-1"
        ),
        "too_large": code_of(client.put_record, StreamName="boto", Data=b"x" * 1_048_577, PartitionKey="a"),
        "too_many": code_of(
            client.put_records, StreamName="boto", Records=[{"Data": b"x", "PartitionKey": "a"}] * 501
        ),
        "not_built": code_of(client.list_queues),
    }

    client.delete_stream(StreamName="demand")
    client.get_waiter("stream_not_exists").wait(StreamName="demand", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    seen["after_delete"] = client.list_streams()["StreamNames"]
    print(json.dumps(seen))


main()
