//! A batch of records in slices that are decoded together, with aggregated records taken apart on the way.
//!
//! What must stay true: order is kept; no slice is empty or larger than the limits of the decoding, but for one record; and one
//! aggregated record at a time is in memory taken apart.

use std::collections::VecDeque;

use alluvium_kinesis_consumer::deaggregate;

use super::RawRecord;
use crate::limits::{DECODE_BYTES_MAX, DECODE_RECORDS_MAX};

/// The slices of a batch.
pub(super) struct Slices {
    records: std::vec::IntoIter<RawRecord>,
    /// Records that have been taken and are in no slice yet.
    waiting: VecDeque<RawRecord>,
}

impl Slices {
    pub(super) fn new(records: Vec<RawRecord>) -> Self {
        Self { records: records.into_iter(), waiting: VecDeque::new() }
    }

    /// The next ordinary or user record; an aggregate of nothing is passed over.
    fn next_record(&mut self) -> Option<RawRecord> {
        while self.waiting.is_empty() {
            let record = self.records.next()?;
            match deaggregate(&record.data) {
                None => return Some(record),
                Some(users) => self.waiting.extend(users.into_iter().map(|user| RawRecord {
                    data: user.data,
                    partition_key: user.partition_key,
                    sub_sequence_number: Some(user.sub_sequence_number),
                    ..record.clone()
                })),
            }
        }
        self.waiting.pop_front()
    }
}

impl Iterator for Slices {
    type Item = Vec<RawRecord>;

    fn next(&mut self) -> Option<Vec<RawRecord>> {
        let mut slice = Vec::with_capacity(self.records.len().min(DECODE_RECORDS_MAX));
        let mut bytes = 0;
        while slice.len() < DECODE_RECORDS_MAX {
            let Some(record) = self.next_record() else { break };
            bytes += record.data.len();
            if bytes > DECODE_BYTES_MAX && !slice.is_empty() {
                self.waiting.push_front(record);
                break;
            }
            slice.push(record);
        }
        (!slice.is_empty()).then_some(slice)
    }
}

impl RawRecord {
    /// A reason with the place of this record in an aggregated one before it.
    pub(super) fn in_aggregate(&self, reason: &str) -> String {
        match self.sub_sequence_number {
            None => reason.to_owned(),
            Some(number) => format!("user record {number} of an aggregated record: {reason}"),
        }
    }
}
