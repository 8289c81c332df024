// A KCL 3 application of two workers that reads a stream through a split and a merge to its shards' ends.
//
// Arguments: the DynamoDB endpoint, and for each run `polling=ENDPOINT` or `fan-out=ENDPOINT`, the endpoint of Kinesis and CloudWatch.
// Runs go side by side, each on a stream and under an application name of its own. Prints one line of JSON for each; exits 0 when all
// were complete.

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.utils.AttributeMap;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

public final class KclApplication {
    private static final int KEYS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** What the processors of one run have seen; the workers share it, so that the order across a reshard is seen too. */
    private static final class Seen {
        private final Map<String, List<Integer>> numbersOfKey = new TreeMap<>();
        private final Set<String> workers = new TreeSet<>();
        private final Set<String> endedShards = new TreeSet<>();
        private int twice;

        synchronized void record(String worker, String key, int number) {
            workers.add(worker);
            List<Integer> numbers = numbersOfKey.computeIfAbsent(key, unused -> new ArrayList<>());
            // A lease that moves hands over from the last checkpoint: such a record may come again.
            if (numbers.contains(number)) {
                twice++;
            } else {
                numbers.add(number);
            }
        }

        synchronized void ended(String shard) {
            endedShards.add(shard);
        }

        synchronized int records() {
            return numbersOfKey.values().stream().mapToInt(List::size).sum();
        }

        synchronized int workers() {
            return workers.size();
        }

        synchronized Set<String> endedShards() {
            return new TreeSet<>(endedShards);
        }

        /** Whether each key's numbers came as 0, 1, 2 and so on. */
        synchronized boolean inOrder() {
            for (List<Integer> numbers : numbersOfKey.values()) {
                for (int at = 0; at < numbers.size(); at++) {
                    if (numbers.get(at) != at) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private static final class Processor implements ShardRecordProcessor {
        private final Seen seen;
        private final String worker;
        private String shard;

        Processor(Seen seen, String worker) {
            this.seen = seen;
            this.worker = worker;
        }

        @Override
        public void initialize(InitializationInput input) {
            shard = input.shardId();
        }

        @Override
        public void processRecords(ProcessRecordsInput input) {
            for (KinesisClientRecord record : input.records()) {
                int number = Integer.parseInt(StandardCharsets.UTF_8.decode(record.data()).toString());
                seen.record(worker, record.partitionKey(), number);
            }
            checkpoint(input.checkpointer());
        }

        @Override
        public void leaseLost(LeaseLostInput input) {}

        @Override
        public void shardEnded(ShardEndedInput input) {
            checkpoint(input.checkpointer());
            seen.ended(shard);
        }

        @Override
        public void shutdownRequested(ShutdownRequestedInput input) {
            checkpoint(input.checkpointer());
        }

        private static void checkpoint(RecordProcessorCheckpointer checkpointer) {
            try {
                checkpointer.checkpoint();
            } catch (ShutdownException lost) {
                // Another worker has the lease and goes on from the last checkpoint.
            } catch (InvalidStateException gone) {
                throw new IllegalStateException(gone);
            }
        }
    }

    private final String retrieval;
    private final String stream;
    private final KinesisAsyncClient kinesis;
    private final DynamoDbAsyncClient dynamo;
    private final CloudWatchAsyncClient cloudWatch;
    private final Seen seen = new Seen();
    private final Map<String, Integer> nextOfKey = new HashMap<>();
    private final long begun = System.nanoTime();
    private int put;

    private KclApplication(URI endpoint, URI dynamoEndpoint, String retrieval) {
        this.retrieval = retrieval;
        this.stream = "kcl-" + retrieval;
        // As KinesisClientUtil sets the client up, and any certificate will do: tests make their own.
        AttributeMap trust = AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                .build();
        this.kinesis = KinesisAsyncClient.builder()
                .endpointOverride(endpoint)
                .httpClient(NettyNioAsyncHttpClient.builder()
                        .protocol(Protocol.HTTP2)
                        .maxConcurrency(Integer.MAX_VALUE)
                        .buildWithDefaults(trust))
                .build();
        this.dynamo = DynamoDbAsyncClient.builder().endpointOverride(dynamoEndpoint).build();
        this.cloudWatch = CloudWatchAsyncClient.builder()
                .endpointOverride(endpoint)
                .httpClient(NettyNioAsyncHttpClient.builder().buildWithDefaults(trust))
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        // What the KCL says of itself, when asked: KCL_LOG=INFO.
        String level = System.getenv().getOrDefault("KCL_LOG", "ERROR");
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.toLevel(level));
        URI dynamoEndpoint = URI.create(arguments[0]);
        ExecutorService runs = Executors.newCachedThreadPool();
        List<Future<String>> outcomes = new ArrayList<>();
        for (int at = 1; at < arguments.length; at++) {
            String[] run = arguments[at].split("=", 2);
            KclApplication application = new KclApplication(URI.create(run[1]), dynamoEndpoint, run[0]);
            outcomes.add(runs.submit(application::run));
        }
        try {
            for (Future<String> outcome : outcomes) {
                System.out.println(outcome.get());
            }
            System.exit(0);
        } catch (ExecutionException failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private String run() throws Exception {
        kinesis.createStream(request -> request.streamName(stream).shardCount(2)).get();
        untilActive();
        putRounds(5);

        List<Scheduler> workers = List.of(scheduler("worker-1"), scheduler("worker-2"));
        for (Scheduler worker : workers) {
            Thread thread = new Thread(worker, worker.leaseManagementConfig().workerIdentifier());
            thread.setDaemon(true);
            thread.start();
        }
        until("the records before the reshard are seen", () -> seen.records() == put);

        List<Shard> before = openShards();
        Shard first = before.get(0);
        String middle = new java.math.BigInteger(first.hashKeyRange().startingHashKey())
                .add(new java.math.BigInteger(first.hashKeyRange().endingHashKey()))
                .shiftRight(1)
                .toString();
        kinesis.splitShard(request -> request.streamName(stream).shardToSplit(first.shardId()).newStartingHashKey(middle))
                .get();
        putRounds(5);
        untilActive();
        putRounds(5);

        List<Shard> split = openShards();
        kinesis.mergeShards(request -> request.streamName(stream)
                        .shardToMerge(split.get(1).shardId())
                        .adjacentShardToMerge(split.get(2).shardId()))
                .get();
        putRounds(5);
        untilActive();
        putRounds(5);

        Set<String> closed = closedShards();
        until("every record is seen", () -> seen.records() == put);
        until("every closed shard has been read to its end", () -> seen.endedShards().containsAll(closed));
        until("both workers have had records", () -> {
            if (seen.workers() < 2) {
                putRounds(1);
            }
            return seen.workers() == 2 && seen.records() == put;
        });
        // The workers end with the process: a graceful end waits for a heartbeat of the leader's lock, half a minute.
        return String.format(
                "{\"retrieval\": \"%s\", \"put\": %d, \"seen\": %d, \"twice\": %d, \"in_order\": %b, \"workers\": %d, \"closed\": %d, \"ended\": %d}",
                retrieval,
                put,
                seen.records(),
                seen.twice,
                seen.inOrder(),
                seen.workers(),
                closed.size(),
                seen.endedShards().size());
    }

    /** A worker with the KCL's own defaults but for the times, which are made for streams that live for days. */
    private Scheduler scheduler(String worker) {
        ConfigsBuilder configs = new ConfigsBuilder(
                new SingleStreamTracker(
                        stream,
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                "application-" + retrieval,
                kinesis,
                dynamo,
                cloudWatch,
                worker,
                () -> new Processor(seen, worker));
        LeaseManagementConfig leases = configs.leaseManagementConfig()
                .failoverTimeMillis(3000)
                .leaseAssignmentIntervalMillis(1000L)
                .shardSyncIntervalMillis(1000)
                .leasesRecoveryAuditorExecutionFrequencyMillis(2000);
        leases.workerUtilizationAwareAssignmentConfig()
                .workerMetricsReporterFreqInMillis(1000)
                .disableWorkerMetrics(true);
        return new Scheduler(
                configs.checkpointConfig(),
                configs.coordinatorConfig().parentShardPollIntervalMillis(500).shardConsumerDispatchPollIntervalMillis(200),
                leases,
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsBufferTimeMillis(1000),
                configs.processorConfig(),
                configs.retrievalConfig()
                        .retrievalSpecificConfig(
                                retrieval.equals("polling")
                                        ? new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(200)
                                        : new FanOutConfig(kinesis)
                                                .streamName(stream)
                                                .applicationName("application-" + retrieval)));
    }

    /** One record for each key and round, numbered per key. */
    private void putRounds(int rounds) {
        for (int round = 0; round < rounds; round++) {
            List<PutRecordsRequestEntry> entries = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                String partitionKey = "key-" + key;
                int number = nextOfKey.merge(partitionKey, 1, Integer::sum) - 1;
                entries.add(PutRecordsRequestEntry.builder()
                        .partitionKey(partitionKey)
                        .data(SdkBytes.fromUtf8String(Integer.toString(number)))
                        .build());
            }
            PutRecordsResponse answer =
                    kinesis.putRecords(request -> request.streamName(stream).records(entries)).join();
            if (answer.failedRecordCount() != 0) {
                throw new IllegalStateException("PutRecords refused " + answer.failedRecordCount() + " records");
            }
            put += entries.size();
        }
    }

    private void untilActive() {
        until(stream + " is active", () -> kinesis
                        .describeStreamSummary(request -> request.streamName(stream))
                        .join()
                        .streamDescriptionSummary()
                        .streamStatus()
                == StreamStatus.ACTIVE);
    }

    private List<Shard> shards() {
        return kinesis.listShards(request -> request.streamName(stream)).join().shards();
    }

    /** The open shards in the order of their hash keys. */
    private List<Shard> openShards() {
        return shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted(java.util.Comparator.comparing(
                        shard -> new java.math.BigInteger(shard.hashKeyRange().startingHashKey())))
                .toList();
    }

    private Set<String> closedShards() {
        Set<String> closed = new HashSet<>();
        for (Shard shard : shards()) {
            if (shard.sequenceNumberRange().endingSequenceNumber() != null) {
                closed.add(shard.shardId());
            }
        }
        return closed;
    }

    /** Waits; what comes true is told on stderr with its time. */
    private void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(retrieval + ": it never came true that " + what + ": seen "
                        + seen.records() + " of " + put + ", ended " + seen.endedShards() + ", workers "
                        + seen.workers());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
        System.err.printf("%s, %d s: %s%n", retrieval, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun), what);
    }
}
