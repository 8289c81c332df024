//! The quarantine table with user records of aggregated ones, made now and made before there were any.

use std::sync::Arc;

use deltalake::arrow::util::display::array_value_to_string;
use deltalake::logstore::LogStoreRef;

use super::memory;
use crate::clean::{Quarantined, RawRecord};
use crate::commit::{Owner, QuarantineTable};
use crate::sql::{collect, session};
use crate::table::load;

async fn opened(log_store: &LogStoreRef) -> QuarantineTable {
    let owner = Owner { pipeline: "pin".into(), worker: "worker".into() };
    QuarantineTable::open(log_store.clone(), "pin_quarantine", owner).await.expect("a quarantine")
}

fn bad(sequence_number: u64, sub_sequence_number: Option<u64>) -> Quarantined {
    let record = RawRecord {
        data: "bad".into(),
        partition_key: "key".into(),
        sequence_number: sequence_number.to_string(),
        sub_sequence_number,
        shard_id: Arc::from("s0"),
        stream: Arc::from("pins"),
        arrival_millis: 0,
    };
    Quarantined { record, reason: format!("reason of {sub_sequence_number:?}") }
}

/// The columns, and the rows as text, in order.
async fn shown(log_store: &LogStoreRef) -> (usize, Vec<String>) {
    let table = load(log_store.clone()).await.expect("a table");
    let provider = table.table_provider().await.expect("a provider");
    let frame = session(1 << 26).expect("a session").read_table(provider).expect("a frame");
    let (batches, _) = collect(frame, usize::MAX).await.expect("rows");
    let mut rows = Vec::new();
    for batch in &batches {
        let of = |name: &str, row| {
            batch.column_by_name(name).map_or("-".to_owned(), |column| {
                array_value_to_string(column, row).expect("a value that can be shown")
            })
        };
        rows.extend((0..batch.num_rows()).map(|row| {
            ["sequence_number", "sub_sequence_number", "reason"].map(|name| of(name, row)).join(" ")
        }));
    }
    rows.sort();
    (table.snapshot().expect("loaded").snapshot().arrow_schema().fields().len(), rows)
}

#[tokio::test]
async fn user_records_of_one_record_come_in_together_and_once() {
    let log_store = memory();
    let mut quarantine = opened(&log_store).await;
    let both = || vec![bad(7, Some(0)), bad(7, Some(3)), bad(8, None)];
    assert!(quarantine.commit(both()).await.expect("committed").is_some());
    assert!(opened(&log_store).await.commit(both()).await.expect("looked at").is_none(), "they are there");
    let expected = ["7 0 reason of Some(0)", "7 3 reason of Some(3)", "8  reason of None"];
    assert_eq!(shown(&log_store).await, (8, expected.map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn a_quarantine_made_before_there_were_user_records_goes_on() {
    let log_store = memory();
    QuarantineTable::make_without_sub_sequence_number(log_store.clone()).await;
    let mut quarantine = opened(&log_store).await;
    assert!(quarantine.commit(vec![bad(7, None)]).await.expect("committed").is_some());
    let mut again = opened(&log_store).await;
    assert!(again.commit(vec![bad(7, None), bad(8, Some(1))]).await.expect("committed").is_some());
    let (_, rows) = shown(&log_store).await;
    let ends = [("7", "reason of None"), ("8", "reason of Some(1)")];
    assert!(rows.len() == 2, "{rows:?}");
    for (row, (sequence_number, reason)) in rows.iter().zip(ends) {
        assert!(row.starts_with(sequence_number) && row.ends_with(reason), "{row}");
    }
}
