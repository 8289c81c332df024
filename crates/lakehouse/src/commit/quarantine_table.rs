//! The table of records that could not be cleaned, `<table>_quarantine`.
//!
//! It is a table of its own with batch numbers and positions of its own, and it is committed before the clean table. So
//! the clean table alone says where reading goes on, and after a crash between the two commits the records that come again
//! are left out here by position. A table that was made without `sub_sequence_number` goes on without it: the reason says the
//! same. What must stay true: a record's user records are committed together; every record at or before a shard's position here is here already,
//! if it is bad; so another worker's commit is no reason to stop, only to look again.

use std::collections::BTreeMap;
use std::sync::Arc;

use alluvium_kinesis_consumer::SequenceNumber;
use deltalake::arrow::array::{
    ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use deltalake::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use deltalake::logstore::LogStoreRef;

use super::error::CommitError;
use super::pipeline_table::{Committed, Owner, PipelineTable, ShardAdvance};
use crate::clean::Quarantined;
use crate::limits::COMMIT_ATTEMPTS_MAX;
use crate::table::{TableError, TableSpec};

/// The column that tables made before aggregated records were taken apart do not have.
const SUB_SEQUENCE_NUMBER: &str = "sub_sequence_number";

/// See the top of this file.
pub(crate) struct QuarantineTable {
    table: PipelineTable,
    columns: SchemaRef,
}

/// A bad record with its parsed sequence number.
type Numbered = (SequenceNumber, Quarantined);

impl QuarantineTable {
    /// Opens the quarantine, making it where there is none.
    pub(crate) async fn open(log_store: LogStoreRef, name: &str, owner: Owner) -> Result<Self, CommitError> {
        let comment = format!("Records that pipeline {} could not clean", owner.pipeline);
        let spec = |columns| TableSpec { name: name.to_owned(), comment: comment.clone(), schema: columns };
        let columns = schema();
        let opened = PipelineTable::open(log_store.clone(), spec(Arc::clone(&columns)), owner.clone()).await;
        match opened {
            Err(CommitError::Table(TableError::SchemaDiffers { .. })) => {
                let columns = schema_without_sub_sequence_number();
                let table = PipelineTable::open(log_store, spec(Arc::clone(&columns)), owner).await?;
                Ok(Self { table, columns })
            }
            opened => Ok(Self { table: opened?, columns }),
        }
    }

    /// Makes a quarantine as they were before aggregated records were taken apart.
    #[cfg(test)]
    pub(super) async fn make_without_sub_sequence_number(log_store: LogStoreRef) {
        let schema = schema_without_sub_sequence_number();
        let spec = TableSpec { name: "quarantine".to_owned(), comment: String::new(), schema };
        crate::table::open_or_create(log_store, &spec).await.expect("a table");
    }

    /// Commits those of `records` that are not here yet; `None` if all are. Records of one shard come in order.
    pub(crate) async fn commit(
        &mut self,
        records: Vec<Quarantined>,
    ) -> Result<Option<Committed>, CommitError> {
        let mut records = self.numbered(records)?;
        let mut attempt = 1;
        loop {
            records.retain(|(number, bad)| self.is_new(&bad.record.shard_id, number));
            if records.is_empty() {
                return Ok(None);
            }
            let advances = self.advances(&records);
            match self.table.commit(vec![rows(&records, &self.columns)], &advances).await {
                Err(CommitError::Fenced { .. }) if attempt < COMMIT_ATTEMPTS_MAX => {
                    self.table.reload().await?;
                    attempt += 1;
                }
                committed => return committed.map(Some),
            }
        }
    }

    fn numbered(&self, records: Vec<Quarantined>) -> Result<Vec<Numbered>, CommitError> {
        let numbered = records.into_iter().map(|bad| {
            let unreadable = || {
                let record = &bad.record;
                self.table.unreadable(format!(
                    "record {:?} of shard {} has no sequence number of Kinesis's form",
                    record.sequence_number, record.shard_id
                ))
            };
            let number = SequenceNumber::parse(&bad.record.sequence_number).ok_or_else(unreadable)?;
            Ok((number, bad))
        });
        numbered.collect()
    }

    fn is_new(&self, shard_id: &str, number: &SequenceNumber) -> bool {
        self.table.positions().get(shard_id).is_none_or(|held| *number > held.sequence_number)
    }

    /// From where this table stands to the last bad record of each shard.
    fn advances(&self, records: &[Numbered]) -> Vec<ShardAdvance> {
        let mut last = BTreeMap::new();
        for (number, bad) in records {
            last.insert(bad.record.shard_id.as_ref(), number);
        }
        let advance = |(shard_id, number): (&str, &SequenceNumber)| ShardAdvance {
            shard_id: shard_id.to_owned(),
            from_exclusive: self.table.positions().get(shard_id).map(|held| held.sequence_number.clone()),
            to_inclusive: Some(number.clone()),
            ended: false,
        };
        last.into_iter().map(advance).collect()
    }
}

fn schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let arrival = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("data", DataType::Binary, true),
        text("reason"),
        text("stream"),
        text("shard_id"),
        text("sequence_number"),
        text("partition_key"),
        Field::new("approximate_arrival_timestamp", arrival, true),
        Field::new(SUB_SEQUENCE_NUMBER, DataType::Int64, true),
    ]))
}

fn schema_without_sub_sequence_number() -> SchemaRef {
    let schema = schema();
    let fields = schema.fields().iter().filter(|field| field.name() != SUB_SEQUENCE_NUMBER);
    Arc::new(Schema::new(fields.cloned().collect::<Vec<_>>()))
}

fn rows(records: &[Numbered], schema: &SchemaRef) -> RecordBatch {
    let text = |of: fn(&Quarantined) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(records.iter().map(|(_, bad)| of(bad))))
    };
    let data = BinaryArray::from_iter_values(records.iter().map(|(_, bad)| bad.record.data.as_ref()));
    let arrival = records.iter().map(|(_, bad)| bad.record.arrival_millis.saturating_mul(1000));
    let arrival = TimestampMicrosecondArray::from_iter_values(arrival).with_timezone("UTC");
    let sub_numbers = records.iter().map(|(_, bad)| i64::try_from(bad.record.sub_sequence_number?).ok());
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(data),
        text(|bad| &bad.reason),
        text(|bad| &bad.record.stream),
        text(|bad| &bad.record.shard_id),
        text(|bad| &bad.record.sequence_number),
        text(|bad| &bad.record.partition_key),
        Arc::new(arrival),
        Arc::new(sub_numbers.collect::<Int64Array>()),
    ];
    columns.truncate(schema.fields().len());
    RecordBatch::try_new(Arc::clone(schema), columns).expect("columns of the schema's types and one length")
}
