// AWS's SDK for JavaScript against an endpoint: control plane, records, errors and a subscription, all over HTTP/2.
// Arguments: the endpoint, the name of a stream to make. Prints what it saw as one line of JSON.

const {
  CreateStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  waitUntilStreamExists,
} = require("@aws-sdk/client-kinesis");

const StreamName = process.argv[3];

async function untilActive(client) {
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary.StreamStatus === "ACTIVE") return StreamDescriptionSummary;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function untilConsumerActive(client, ConsumerARN) {
  for (;;) {
    const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    if (ConsumerDescription.ConsumerStatus === "ACTIVE") return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Reads a shard from its beginning as far as it goes; an open shard until a page is empty. */
async function readAll(client, ShardId) {
  let { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  const data = [];
  while (ShardIterator) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 10 }));
    data.push(...page.Records.map((record) => Buffer.from(record.Data).toString()));
    if (page.Records.length === 0 && page.MillisBehindLatest === 0) break;
    ShardIterator = page.NextShardIterator;
  }
  return data;
}

/** Subscribes from the beginning and splits the shard after the first records: the subscription then ends with its children. */
async function subscribe(client, StreamARN, ShardId) {
  const registered = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "js" }));
  const ConsumerARN = registered.Consumer.ConsumerARN;
  await untilConsumerActive(client, ConsumerARN);
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type: "TRIM_HORIZON" } }),
  );
  const seen = { records: [], children: [], pushed: false, continued: true };
  let asked = false;
  for await (const event of EventStream) {
    const { Records, ChildShards, ContinuationSequenceNumber } = event.SubscribeToShardEvent;
    seen.records.push(...Records.map((record) => Buffer.from(record.Data).toString()));
    seen.children.push(...(ChildShards ?? []).map((child) => child.ShardId));
    seen.continued &&= ContinuationSequenceNumber !== undefined || ChildShards?.length > 0;
    if (!asked && seen.records.length > 0) {
      asked = true;
      await client.send(
        new PutRecordCommand({ StreamName, Data: Buffer.from("pushed"), PartitionKey: "k", ExplicitHashKey: "0" }),
      );
    }
    if (!seen.pushed && seen.records.includes("pushed")) {
      seen.pushed = true;
      await client.send(
        new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey: "1000000" }),
      );
    }
  }
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
  return seen;
}

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return [error.name, error.$metadata.httpStatusCode, error.message];
  }
}

async function main() {
  const client = new KinesisClient({ endpoint: process.argv[2], maxAttempts: 1 });
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const waited = await waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { StreamName });
  const { StreamARN } = await untilActive(client);

  const records = Array.from({ length: 60 }, (_, at) => ({
    Data: Buffer.from(`record ${at}`),
    PartitionKey: "k",
    ExplicitHashKey: at % 2 ? "0" : (2n ** 128n - 1n).toString(),
  }));
  const put = await client.send(new PutRecordsCommand({ StreamName, Records: records }));
  const shards = [];
  let page = await client.send(new ListShardsCommand({ StreamName, MaxResults: 1 }));
  shards.push(...page.Shards.map((shard) => shard.ShardId));
  while (page.NextToken) {
    page = await client.send(new ListShardsCommand({ NextToken: page.NextToken, MaxResults: 1 }));
    shards.push(...page.Shards.map((shard) => shard.ShardId));
  }
  const read = (await Promise.all(shards.map((shard) => readAll(client, shard)))).flat();

  const subscription = await subscribe(client, StreamARN, shards[0]);
  await untilActive(client);
  const after = await client.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: "AT_LATEST" } }));
  const seen = {
    handler: client.config.requestHandler.constructor.name,
    waited: waited.state,
    failed: put.FailedRecordCount,
    shards,
    read: read.length,
    distinct: new Set(read).size,
    subscription: {
      records: subscription.records.length,
      pushed: subscription.pushed,
      continued: subscription.continued,
      children: subscription.children.length,
    },
    open_after: after.Shards.length,
    unknown_stream: await refusal(client.send(new ListShardsCommand({ StreamName: "nowhere" }))),
    bad_name: (await refusal(client.send(new ListShardsCommand({ StreamName: "not a name" })))).slice(0, 2),
  };
  client.destroy();
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
