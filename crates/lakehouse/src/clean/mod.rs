//! The cleaning: records in, rows for the table out, and aside what cannot be cleaned.
//!
//! A pipeline's DDL and SQL are prepared once into expressions; a batch is decoded and the expressions are evaluated on it.
//! What must stay true: no record stops the others. A row on which the SQL fails is found by halving the batch and set
//! aside with the reason.

mod error;
mod record;
mod slice;
mod step;

pub use error::{CleanError, PrepareError};
pub use record::{Cleaned, Quarantined, RawRecord};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use std::sync::Arc;

use crate::decode::{Decoded, Decoder};
use crate::definition::{DecodeMode, PipelineDefinition, QuarantineOptions};
use crate::limits::PARTIAL_REASONS_MAX;
use crate::plan;
use crate::schema::Schema;
use slice::Slices;
use step::Step;

/// A pipeline's decoding and cleaning, prepared once and used for every batch. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Cleaner {
    decoder: Decoder,
    steps: Vec<Step>,
    output_schema: SchemaRef,
    mode: DecodeMode,
    keeps_quarantine: bool,
}

impl Cleaner {
    /// Reads the schema and plans the SQL. An error names the file, the line and the column and says what to do.
    pub fn prepare(definition: &PipelineDefinition) -> Result<Self, PrepareError> {
        let mut decoder = Decoder::new(Schema::parse(&definition.schema)?, definition.decode.clone())?;
        let selections = plan::plan(&definition.sql, decoder.arrow_schema())?;
        let mut input = Arc::clone(decoder.arrow_schema());
        let mut steps = Vec::with_capacity(selections.len());
        for selection in selections {
            let step = Step::new(selection, &input)
                .map_err(|source| PrepareError::Plan { file: definition.sql.file.clone(), source })?;
            input = Arc::clone(step.schema());
            steps.push(step);
        }
        if let Some(first) = steps.first() {
            decoder.read_only(&first.reads());
        }
        let keeps_quarantine = definition.sink.quarantine != QuarantineOptions::Drop;
        Ok(Self { decoder, steps, output_schema: input, mode: definition.decode.mode, keeps_quarantine })
    }

    /// The columns of the rows: plain types, timestamps in microseconds UTC, every column nullable.
    pub fn output_schema(&self) -> SchemaRef {
        Arc::clone(&self.output_schema)
    }

    /// Cleans records, the user records of an aggregated one each by itself; their order is kept. Work of the processor alone:
    /// call it where blocking is allowed.
    pub fn clean(&self, records: Vec<RawRecord>) -> Result<Cleaned, CleanError> {
        let mut cleaned = Cleaned::default();
        for slice in Slices::new(records) {
            self.clean_slice(slice, &mut cleaned)?;
        }
        Ok(cleaned)
    }

    fn clean_slice(&self, slice: Vec<RawRecord>, cleaned: &mut Cleaned) -> Result<(), CleanError> {
        let decoded = self.decoder.decode(&slice)?;
        let Decoded { rows, records: kept, refused, partial, partial_reasons } = decoded;
        let mut failed = Vec::new();
        self.run(&rows, 0, &mut cleaned.rows, &mut failed);
        cleaned.records += slice.len() as u64;
        cleaned.partial += partial;
        let named = |(index, reason): (usize, String)| slice[index].in_aggregate(&reason);
        cleaned.partial_reasons.extend(partial_reasons.into_iter().map(named));
        cleaned.partial_reasons.truncate(PARTIAL_REASONS_MAX);
        let refused = refused.into_iter().map(|(index, reason)| (index, reason, self.mode));
        // A record that the SQL fails on is not malformed, so no mode but FAILFAST loses it.
        let mode = if self.mode == DecodeMode::FailFast { self.mode } else { DecodeMode::Permissive };
        let failed = failed.into_iter().map(|(row, reason)| (kept[row], reason, mode));
        let mut aside: Vec<(usize, String, DecodeMode)> = refused.chain(failed).collect();
        aside.sort_by_key(|(index, ..)| *index);
        let mut records: Vec<Option<RawRecord>> = slice.into_iter().map(Some).collect();
        for (index, reason, mode) in aside {
            if let Some(record) = records[index].take() {
                self.set_aside(record, &reason, mode, cleaned)?;
            }
        }
        Ok(())
    }

    fn set_aside(
        &self,
        record: RawRecord,
        reason: &str,
        mode: DecodeMode,
        cleaned: &mut Cleaned,
    ) -> Result<(), CleanError> {
        let reason = record.in_aggregate(reason);
        match mode {
            DecodeMode::FailFast => {
                let (shard_id, sequence_number) = (record.shard_id.to_string(), record.sequence_number);
                return Err(CleanError::Malformed { shard_id, sequence_number, reason });
            }
            DecodeMode::Permissive if self.keeps_quarantine => {
                cleaned.quarantined.push(Quarantined { record, reason });
            }
            DecodeMode::Permissive | DecodeMode::DropMalformed => {
                cleaned.dropped += 1;
                if cleaned.dropped_reasons.len() < PARTIAL_REASONS_MAX {
                    cleaned.dropped_reasons.push(reason);
                }
            }
        }
        Ok(())
    }

    /// Evaluates the steps on rows, of which the first is number `first`; rows that fail are found by halving.
    fn run(
        &self,
        rows: &RecordBatch,
        first: usize,
        out: &mut Vec<RecordBatch>,
        failed: &mut Vec<(usize, String)>,
    ) {
        if rows.num_rows() == 0 {
            return;
        }
        let result = self.steps.iter().try_fold(rows.clone(), |rows, step| step.run(&rows));
        match result {
            Ok(done) if done.num_rows() == 0 => {}
            Ok(done) => out.push(done),
            Err(error) if rows.num_rows() == 1 => {
                failed.push((first, format!("the SQL fails on this record: {}", error.strip_backtrace())));
            }
            Err(_) => {
                let half = rows.num_rows() / 2;
                self.run(&rows.slice(0, half), first, out, failed);
                self.run(&rows.slice(half, rows.num_rows() - half), first + half, out, failed);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
