//! Signed Kinesis client, shard lineage, polling, position arithmetic
