"""boto3 against an endpoint: every operation of Amazon Kinesis Data Streams, every paginator and waiter, and a subscription.

Argument: the endpoint, and the file of an authority that signed its certificate when it speaks TLS. An answer that is not as it should
be ends the script; otherwise it prints one line of JSON: the operations that were called, and those of the model that were not.
"""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# Not built: they answer UnknownOperationException.
OTHER = ("Queue", "Channel", "DeadLetter")
PATIENCE_SECS = 60


class Session:
    """A client that remembers which operations it called."""

    def __init__(self, endpoint, authority):
        self.client = boto3.client(
            "kinesis",
            endpoint_url=endpoint,
            verify=authority,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE_SECS),
        )
        self.called = set()
        self.client.meta.events.register("before-call.kinesis", self._remember)

    def _remember(self, model, **_):
        self.called.add(model.name)

    def until(self, what, condition):
        deadline = time.monotonic() + PATIENCE_SECS
        while not condition():
            assert time.monotonic() < deadline, f"it never came true that {what}"
            time.sleep(0.05)

    def until_active(self, name):
        self.until(f"{name} is active", lambda: self.summary(name)["StreamStatus"] == "ACTIVE")
        return self.summary(name)

    def summary(self, name):
        return self.client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]

    def code_of(self, call, **arguments):
        try:
            call(**arguments)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return None

    def open_shards(self, name):
        shards = self.client.list_shards(StreamName=name)["Shards"]
        shards = [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
        return sorted(shards, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))


def streams(session):
    """Making, listing and describing; the paginators and the waiters."""
    client = session.client
    for name in ["all-a", "all-b", "all-c"]:
        client.create_stream(StreamName=name, ShardCount=2, Tags={"made": "by boto3"})
    for name in ["all-a", "all-b", "all-c"]:
        client.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    pages = client.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 2})
    named = [name for page in pages for name in page["StreamNames"] if name.startswith("all-")]
    assert named == ["all-a", "all-b", "all-c"], named
    pages = client.get_paginator("describe_stream").paginate(StreamName="all-a", PaginationConfig={"PageSize": 1})
    assert len([shard for page in pages for shard in page["StreamDescription"]["Shards"]]) == 2
    pages = client.get_paginator("list_shards").paginate(StreamName="all-a", PaginationConfig={"PageSize": 1})
    assert len([shard for page in pages for shard in page["Shards"]]) == 2
    client.delete_stream(StreamName="all-c")
    client.get_waiter("stream_not_exists").wait(StreamName="all-c", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    summary = session.summary("all-a")
    assert client.describe_stream(StreamARN=summary["StreamARN"])["StreamDescription"]["StreamName"] == "all-a"
    return summary["StreamARN"]


def records(session):
    """Writing and reading, with each kind of iterator."""
    client = session.client
    puts = [
        client.put_record(StreamName="all-a", Data=f"one {at}".encode(), PartitionKey="k", ExplicitHashKey="0")
        for at in range(3)
    ]
    entries = [{"Data": b"many", "PartitionKey": "k", "ExplicitHashKey": "0"}] * 10
    assert client.put_records(StreamName="all-a", Records=entries)["FailedRecordCount"] == 0
    middle = puts[1]["SequenceNumber"]

    def read(kind, **more):
        iterator = client.get_shard_iterator(
            StreamName="all-a", ShardId=puts[0]["ShardId"], ShardIteratorType=kind, **more
        )["ShardIterator"]
        return client.get_records(ShardIterator=iterator)["Records"]

    everything = read("TRIM_HORIZON")
    assert [record["Data"] for record in everything[:3]] == [b"one 0", b"one 1", b"one 2"] and len(everything) == 13
    assert read("AT_SEQUENCE_NUMBER", StartingSequenceNumber=middle) == everything[1:]
    assert read("AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=middle) == everything[2:]
    assert read("LATEST") == []
    since = everything[0]["ApproximateArrivalTimestamp"]
    assert read("AT_TIMESTAMP", Timestamp=since) == everything


def tags(session, arn):
    client = session.client
    client.add_tags_to_stream(StreamName="all-a", Tags={"a": "1", "b": "2"})
    client.remove_tags_from_stream(StreamName="all-a", TagKeys=["a"])
    client.tag_resource(ResourceARN=arn, Tags={"c": "3"})
    client.untag_resource(ResourceARN=arn, TagKeys=["made"])
    expected = [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
    assert client.list_tags_for_stream(StreamName="all-a")["Tags"] == expected
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == expected


def retention_and_settings(session, arn):
    client = session.client
    client.increase_stream_retention_period(StreamName="all-a", RetentionPeriodHours=48)
    assert session.until_active("all-a")["RetentionPeriodHours"] == 48
    client.decrease_stream_retention_period(StreamName="all-a", RetentionPeriodHours=24)
    assert session.until_active("all-a")["RetentionPeriodHours"] == 24

    client.start_stream_encryption(StreamName="all-a", EncryptionType="KMS", KeyId="alias/aws/kinesis")
    summary = session.until_active("all-a")
    assert (summary["EncryptionType"], summary["KeyId"]) == ("KMS", "alias/aws/kinesis")
    client.stop_stream_encryption(StreamName="all-a", EncryptionType="KMS", KeyId="alias/aws/kinesis")
    assert session.until_active("all-a")["EncryptionType"] == "NONE"

    on = client.enable_enhanced_monitoring(StreamName="all-a", ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"])
    assert sorted(on["DesiredShardLevelMetrics"]) == ["IncomingBytes", "OutgoingBytes"]
    session.until_active("all-a")
    off = client.disable_enhanced_monitoring(StreamName="all-a", ShardLevelMetrics=["OutgoingBytes"])
    assert off["DesiredShardLevelMetrics"] == ["IncomingBytes"]
    session.until_active("all-a")

    client.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    assert session.until_active("all-a")["MaxRecordSizeInKiB"] == 10_240
    # With its partition key it is as large as a record may be.
    largest = bytes(10_485_759)
    put = client.put_record(StreamName="all-a", Data=largest, PartitionKey="k")
    iterator = client.get_shard_iterator(
        StreamName="all-a",
        ShardId=put["ShardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=put["SequenceNumber"],
    )
    assert client.get_records(ShardIterator=iterator["ShardIterator"])["Records"][0]["Data"] == largest
    assert session.code_of(client.put_record, StreamName="all-a", Data=largest, PartitionKey="kk") is not None

    limits = client.describe_limits()
    assert limits["OpenShardCount"] >= 4 and limits["ShardLimit"] > limits["OpenShardCount"]
    client.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    commitment = client.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert commitment["Status"].startswith("ENABLED"), commitment


def policies(session, arn):
    client = session.client
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": ["kinesis:GetRecords", "kinesis:DescribeStreamSummary"],
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.put_resource_policy(ResourceARN=arn, Policy=policy)
    assert json.loads(client.get_resource_policy(ResourceARN=arn)["Policy"]) == json.loads(policy)
    client.delete_resource_policy(ResourceARN=arn)


def resharding(session):
    client = session.client
    first, second = session.open_shards("all-a")
    client.split_shard(StreamName="all-a", ShardToSplit=first["ShardId"], NewStartingHashKey="1000")
    session.until_active("all-a")
    left, right, _ = session.open_shards("all-a")
    assert left["ParentShardId"] == right["ParentShardId"] == first["ShardId"]
    client.merge_shards(
        StreamName="all-a", ShardToMerge=right["ShardId"], AdjacentShardToMerge=second["ShardId"]
    )
    session.until_active("all-a")
    assert [int(shard["HashKeyRange"]["StartingHashKey"]) for shard in session.open_shards("all-a")] == [0, 1000]
    updated = client.update_shard_count(
        StreamName="all-b", TargetShardCount=4, ScalingType="UNIFORM_SCALING"
    )
    assert (updated["CurrentShardCount"], updated["TargetShardCount"]) == (2, 4)
    session.until_active("all-b")
    assert len(session.open_shards("all-b")) == 4


def on_demand(session):
    """What only on-demand streams have."""
    client = session.client
    arn = session.summary("all-b")["StreamARN"]
    client.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert session.until_active("all-b")["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    warm = client.update_stream_warm_throughput(StreamARN=arn, WarmThroughputMiBps=10)
    assert warm["WarmThroughput"]["TargetMiBps"] == 10
    session.until_active("all-b")
    client.update_stream_record_distribution_strategy(StreamARN=arn, RecordDistributionStrategy="AUTO")
    session.until_active("all-b")
    assert client.put_record(StreamName="all-b", Data=b"no key")["SequenceNumber"]


def consumers(session, arn):
    """A consumer from its registration to its end, and what is pushed to it."""
    client = session.client
    names = ["one", "three", "two"]
    for name in names:
        client.register_stream_consumer(StreamARN=arn, ConsumerName=name)
    pages = client.get_paginator("list_stream_consumers").paginate(StreamARN=arn, PaginationConfig={"PageSize": 2})
    consumers = {
        consumer["ConsumerName"]: consumer["ConsumerARN"] for page in pages for consumer in page["Consumers"]
    }
    assert sorted(consumers) == names

    def described():
        return client.describe_stream_consumer(StreamARN=arn, ConsumerName="one")["ConsumerDescription"]

    session.until("the consumer is active", lambda: described()["ConsumerStatus"] == "ACTIVE")
    last = session.open_shards("all-a")[-1]["ShardId"]
    subscribed = client.subscribe_to_shard(
        ConsumerARN=consumers["one"], ShardId=last, StartingPosition={"Type": "LATEST"}
    )
    seen = []
    for event in subscribed["EventStream"]:
        event = event["SubscribeToShardEvent"]
        assert event["ContinuationSequenceNumber"] and "MillisBehindLatest" in event
        if not seen:
            client.put_record(StreamName="all-a", Data=b"pushed", PartitionKey="k", ExplicitHashKey=str(2**128 - 1))
            seen.append("subscribed")
        if event["Records"]:
            seen.extend(record["Data"] for record in event["Records"])
            break
    subscribed["EventStream"].close()
    assert seen == ["subscribed", b"pushed"], seen
    for consumer in consumers.values():
        client.deregister_stream_consumer(ConsumerARN=consumer)
    session.until(
        "the consumers are gone", lambda: client.list_stream_consumers(StreamARN=arn)["Consumers"] == []
    )


def main():
    authority = sys.argv[2] if len(sys.argv) > 2 else None
    session = Session(sys.argv[1], authority)
    arn = streams(session)
    records(session)
    tags(session, arn)
    retention_and_settings(session, arn)
    policies(session, arn)
    resharding(session)
    on_demand(session)
    consumers(session, arn)
    built = {
        name
        for name in session.client.meta.service_model.operation_names
        if not any(word in name for word in OTHER)
    }
    unknown = session.code_of(session.client.list_queues)
    print(json.dumps({
        "called": len(session.called & built),
        "not_called": sorted(built - session.called),
        "queues": unknown,
    }))


main()
