//! What a table must be, and what stays in it over log checkpoints.

use std::sync::Arc;

use deltalake::DeltaTable;
use deltalake::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use deltalake::kernel::transaction::CommitProperties;
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::checkpoints::create_checkpoint;
use object_store::ObjectStoreExt;

use super::{advance, ids, memory, number, open, positions, put, rows, spec};
use crate::commit::{Owner, PipelineTable, ShardAdvance};
use crate::table::{TableError, TableSpec, load, open_or_create};

#[tokio::test]
async fn rows_and_positions_stand_in_one_version_that_anyone_can_read() {
    let log_store = memory();
    let mut table = open(&log_store, "worker").await;
    let both = [advance("s0", 0, 2), advance("s1", 0, 7)];
    assert_eq!(table.commit(rows([1, 2, 7]), &both).await.expect("committed").version, 1);
    let ended = ShardAdvance { ended: true, to_inclusive: None, ..advance("s1", 7, 0) };
    assert_eq!(table.commit(Vec::new(), &[ended]).await.expect("no rows").version, 2);
    let empty = ShardAdvance { ended: true, ..advance("s2", 0, 0) };
    assert_eq!(table.commit(Vec::new(), &[empty]).await.expect("no records ever").version, 3);
    assert_eq!(positions(&log_store).await, "s0@2/1 s1@7!/2 s2@0!/1");
    assert_eq!(ids(&log_store).await, [1, 2, 7]);
    let state = load(log_store.clone()).await.expect("a table");
    let protocol = state.snapshot().expect("loaded").protocol().clone();
    assert_eq!((protocol.min_reader_version(), protocol.min_writer_version()), (1, 2));
}

#[tokio::test]
async fn positions_survive_a_log_checkpoint_and_the_loss_of_older_log_files() {
    let log_store = memory();
    let mut table = open(&log_store, "worker").await;
    put(&mut table, "s0", 0, 2).await.expect("committed");
    put(&mut table, "s1", 0, 4).await.expect("committed");
    let loaded: DeltaTable = load(log_store.clone()).await.expect("a table");
    create_checkpoint(&loaded, None).await.expect("a log checkpoint");
    for version in 0..2 {
        let path = deltalake::logstore::commit_uri_from_version(Some(version));
        log_store.object_store(None).delete(&path).await.expect("an old log file");
    }
    put(&mut table, "s0", 2, 3).await.expect("committed");
    assert_eq!(positions(&log_store).await, "s0@3/2 s1@4/1");
    assert_eq!(ids(&log_store).await, [1, 1, 2, 2, 3, 3, 4]);
}

#[tokio::test]
async fn a_table_that_is_read_anew_between_commits_goes_on_where_it_was_and_still_sees_a_rival() {
    let log_store = memory();
    let mut table = open(&log_store, "worker").await;
    table.commits_per_load = 2;
    for id in 0..7 {
        put(&mut table, "s0", id, id + 1).await.expect("committed");
    }
    assert_eq!(ids(&log_store).await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(positions(&log_store).await, "s0@7/7");
    // The eighth commit is a rival's; that the table was read anew before must not hide it.
    let mut rival = open(&log_store, "rival").await;
    put(&mut rival, "s0", 7, 8).await.expect("committed");
    let fenced = put(&mut table, "s0", 7, 8).await.expect_err("the rival was first");
    assert!(fenced.to_string().contains("taken over shard s0"), "{fenced}");
    assert_eq!(ids(&log_store).await, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn a_table_that_would_forget_positions_is_refused() {
    let log_store = memory();
    let made = CreateBuilder::new()
        .with_log_store(log_store.clone())
        .with_column("id", deltalake::kernel::DataType::LONG, true, None)
        .with_configuration([("delta.setTransactionRetentionDuration", Some("interval 7 days"))])
        .with_commit_properties(CommitProperties::default())
        .await;
    made.expect("a table");
    let refused = open_or_create(log_store, &spec()).await.expect_err("it forgets").to_string();
    assert!(refused.contains("delta.setTransactionRetentionDuration is \"interval 7 days\""), "{refused}");
}

#[tokio::test]
async fn a_table_with_other_columns_is_refused_and_nothing_is_written() {
    let column = |name: &str, data_type| Field::new(name, data_type, true);
    let timestamp = DataType::Timestamp(TimeUnit::Microsecond, None);
    for (columns, said) in [
        (vec![column("id", DataType::Utf8)], "column \"id\" is Int64 in the table and Utf8 in the pipeline"),
        (vec![column("ind", DataType::Int64)], "the table has no column \"ind\""),
        (vec![], "the pipeline has no column \"id\""),
        (vec![column("at", timestamp)], "column \"at\" has type Timestamp"),
    ] {
        let log_store = memory();
        open(&log_store, "worker").await;
        let other = TableSpec { schema: Arc::new(Schema::new(columns)), ..spec() };
        let refused: TableError = open_or_create(log_store.clone(), &other).await.expect_err("other columns");
        assert!(refused.to_string().contains(said), "{refused}");
        assert_eq!(load(log_store).await.expect("a table").version(), Some(0));
    }
}

#[tokio::test]
async fn a_table_that_changes_its_columns_under_us_is_refused_at_the_next_commit() {
    let log_store = memory();
    let mut table = open(&log_store, "worker").await;
    put(&mut table, "s0", 0, 1).await.expect("committed");
    let field = deltalake::kernel::StructField::nullable("extra", deltalake::kernel::DataType::STRING);
    let changed = load(log_store.clone()).await.expect("a table").add_columns().with_fields([field]).await;
    changed.expect("a column more");
    let refused = put(&mut table, "s0", 1, 2).await.expect_err("other columns").to_string();
    assert!(refused.contains("the pipeline has no column \"extra\""), "{refused}");
    assert_eq!(ids(&log_store).await, [1]);
}

#[tokio::test]
async fn a_pipeline_name_that_would_be_ambiguous_is_refused() {
    for name in ["", "a/b", "a#0"] {
        let owner = Owner { pipeline: name.into(), worker: "worker".into() };
        let refused = PipelineTable::open(memory(), spec(), owner).await;
        assert!(refused.is_err(), "{name:?}");
    }
    assert_eq!(number(0), None);
}
