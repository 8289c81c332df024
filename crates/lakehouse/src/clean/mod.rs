//! The cleaning: records in, rows for the table out, and aside what cannot be cleaned.
//!
//! A pipeline's DDL and SQL are prepared once into expressions; a batch is decoded and the expressions are evaluated on it.
//! What must stay true: no record stops the others. A row on which the SQL fails is found by halving the batch and set
//! aside with the reason.

mod error;
mod record;
mod step;

pub use error::{CleanError, PrepareError};
pub use record::{Cleaned, Quarantined, RawRecord};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use std::sync::Arc;

use crate::decode::{Decoded, Decoder};
use crate::definition::PipelineDefinition;
use crate::limits::{DECODE_BYTES_MAX, DECODE_RECORDS_MAX};
use crate::plan;
use crate::schema::Schema;
use step::Step;

/// A pipeline's decoding and cleaning, prepared once and used for every batch. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Cleaner {
    decoder: Decoder,
    steps: Vec<Step>,
    output_schema: SchemaRef,
}

impl Cleaner {
    /// Reads the schema and plans the SQL. An error names the file, the line and the column and says what to do.
    pub fn prepare(definition: &PipelineDefinition) -> Result<Self, PrepareError> {
        let decoder = Decoder::new(Schema::parse(&definition.schema)?);
        let selections = plan::plan(&definition.sql, decoder.arrow_schema())?;
        let mut input = Arc::clone(decoder.arrow_schema());
        let mut steps = Vec::with_capacity(selections.len());
        for selection in selections {
            let step = Step::new(selection, &input)
                .map_err(|source| PrepareError::Plan { file: definition.sql.file.clone(), source })?;
            input = Arc::clone(step.schema());
            steps.push(step);
        }
        Ok(Self { decoder, steps, output_schema: input })
    }

    /// The columns of the rows: plain types, timestamps in microseconds UTC, every column nullable.
    pub fn output_schema(&self) -> SchemaRef {
        Arc::clone(&self.output_schema)
    }

    /// Cleans records; their order is kept. Work of the processor alone: call it where blocking is allowed.
    pub fn clean(&self, records: Vec<RawRecord>) -> Result<Cleaned, CleanError> {
        let mut cleaned = Cleaned { rows: Vec::new(), quarantined: Vec::new() };
        let mut aside: Vec<(usize, String)> = Vec::new();
        let mut begin = 0;
        while begin < records.len() {
            let slice = &records[begin..begin + batch_length(&records[begin..])];
            let Decoded { rows, records: kept, refused } = self.decoder.decode(slice)?;
            let mut failed = Vec::new();
            self.run(&rows, 0, &mut cleaned.rows, &mut failed);
            let mut found: Vec<(usize, String)> = refused;
            found.extend(failed.into_iter().map(|(row, reason)| (kept[row], reason)));
            found.sort_by_key(|(index, _)| *index);
            aside.extend(found.into_iter().map(|(index, reason)| (begin + index, reason)));
            begin += slice.len();
        }
        let mut records: Vec<Option<RawRecord>> = records.into_iter().map(Some).collect();
        let take =
            |(index, reason): (usize, String)| Some(Quarantined { record: records[index].take()?, reason });
        cleaned.quarantined = aside.into_iter().filter_map(take).collect();
        Ok(cleaned)
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

/// How many of the records are decoded together: at least one.
fn batch_length(records: &[RawRecord]) -> usize {
    let mut bytes = 0;
    let fitting = records.iter().take(DECODE_RECORDS_MAX).take_while(|record| {
        bytes += record.data.len();
        bytes <= DECODE_BYTES_MAX
    });
    fitting.count().max(1)
}

#[cfg(test)]
pub(crate) mod tests;
