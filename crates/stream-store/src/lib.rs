//! Durable shard logs: segments, index, recovery, retention, stream catalog
