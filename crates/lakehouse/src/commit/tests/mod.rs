//! Tests of the commit protocol against stores that work, fail and lie. What counts is always the same: the ids in the
//! table, each once, and the position that stands beside them.

mod faults;
mod faulty_store;
mod quarantine;
mod races;
mod syncs;
mod tables;

use std::sync::Arc;

use alluvium_kinesis_consumer::SequenceNumber;
use deltalake::arrow::array::{AsArray, Int64Array, RecordBatch};
use deltalake::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use deltalake::logstore::LogStoreRef;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use url::Url;

use super::pipeline_table::Committed;
use super::{CommitError, Owner, PipelineTable, ShardAdvance};
use crate::sql::{collect, session};
use crate::table::{TableSpec, load, log_store_over};

const MEMORY: &str = "memory:///tables/pin/";

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]))
}

fn spec() -> TableSpec {
    TableSpec { name: "pin".into(), comment: "pins".into(), schema: schema() }
}

fn memory() -> LogStoreRef {
    over(Arc::new(InMemory::new()))
}

fn over(store: Arc<dyn ObjectStore>) -> LogStoreRef {
    log_store_over(store, &Url::parse(MEMORY).expect("a URL")).expect("a store for memory URLs")
}

async fn open(log_store: &LogStoreRef, worker: &str) -> PipelineTable {
    let owner = Owner { pipeline: "pin".into(), worker: worker.into() };
    PipelineTable::open(log_store.clone(), spec(), owner).await.expect("a table")
}

fn number(value: u64) -> Option<SequenceNumber> {
    (value > 0).then(|| SequenceNumber::parse(&value.to_string()).expect("digits"))
}

fn advance(shard_id: &str, from_exclusive: u64, to_inclusive: u64) -> ShardAdvance {
    ShardAdvance {
        shard_id: shard_id.into(),
        from_exclusive: number(from_exclusive),
        to_inclusive: number(to_inclusive),
        ended: false,
    }
}

fn rows(ids: impl IntoIterator<Item = i64>) -> Vec<RecordBatch> {
    let column = Arc::new(Int64Array::from_iter_values(ids));
    vec![RecordBatch::try_new(schema(), vec![column]).expect("one column")]
}

/// Commits the records `(from, to]` of a shard; a record's id is its sequence number.
async fn put(
    table: &mut PipelineTable,
    shard_id: &str,
    from: u64,
    to: u64,
) -> Result<Committed, CommitError> {
    let ids = (from + 1..=to).map(|id| i64::try_from(id).expect("small"));
    table.commit(rows(ids), &[advance(shard_id, from, to)]).await
}

/// The ids in the table as a reader sees them, in order.
async fn ids(log_store: &LogStoreRef) -> Vec<i64> {
    let table = load(log_store.clone()).await.expect("a table");
    let provider = table.table_provider().await.expect("a provider");
    let frame = session(1 << 26).expect("a session").read_table(provider).expect("a frame");
    let (batches, _) = collect(frame, usize::MAX).await.expect("rows");
    let values = |batch: &RecordBatch| batch.column(0).as_primitive::<Int64Type>().values().to_vec();
    let mut ids: Vec<i64> = batches.iter().flat_map(values).collect();
    ids.sort_unstable();
    ids
}

/// `shard@position/batch` of every shard, read anew.
async fn positions(log_store: &LogStoreRef) -> String {
    let table = open(log_store, "reader").await;
    let shown = table.positions().iter().map(|(shard, position)| {
        let end = if position.ended { "!" } else { "" };
        format!("{shard}@{}{end}/{}", position.sequence_number, position.batch)
    });
    shown.collect::<Vec<_>>().join(" ")
}
