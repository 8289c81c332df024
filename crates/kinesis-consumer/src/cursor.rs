//! The arithmetic of one shard's positions: pages come in, ranges that follow on one another go out. Pure.
//!
//! What must stay true: every range begins where the one before ended; a record is taken once, however often a server sends it;
//! a hole is noticed.

use alluvium_kinesis_model::SequenceNumber;

use crate::position::{StartAt, records_between};
use crate::record::{Loss, Record};

/// How far one shard has been read.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    start: StartAt,
    last: Option<SequenceNumber>,
    /// The number before the shard's first record, when the shard is to be read from its very beginning.
    birth: Option<SequenceNumber>,
    /// The server has the last record no more: what comes next is the oldest record that it has.
    trimmed: bool,
}

/// A run of records and the range that it covers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) records: Vec<Record>,
    pub(crate) from_exclusive: Option<SequenceNumber>,
    pub(crate) to_inclusive: Option<SequenceNumber>,
    pub(crate) lost: Option<Loss>,
}

/// A page whose records do not ascend; there is no saying what it means.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {second} follows record {first} in one page")]
pub(crate) struct OutOfOrder {
    pub(crate) first: SequenceNumber,
    pub(crate) second: SequenceNumber,
}

impl Cursor {
    /// A cursor that begins at `start`. `birth` is the shard's starting sequence number when the shard continues one that has
    /// been read, so that its first record must be there.
    pub(crate) fn new(start: StartAt, birth: Option<SequenceNumber>) -> Self {
        let last = match &start {
            StartAt::After(number) => Some(number.clone()),
            StartAt::TrimHorizon | StartAt::AtTimestamp(_) => None,
        };
        Self { start, last, birth, trimmed: false }
    }

    /// Where to ask for the next record: after the last one that was taken, or at the start while there is none.
    pub(crate) fn next_at(&self) -> StartAt {
        match &self.last {
            _ if self.trimmed => StartAt::TrimHorizon,
            Some(last) => StartAt::After(last.clone()),
            None => self.start.clone(),
        }
    }

    /// Says that the server does not know the last record any more. Reading goes on at the oldest record there is, and the hole
    /// is reported with it.
    pub(crate) fn was_trimmed(&mut self) {
        self.trimmed = true;
    }

    /// The last record that was taken.
    pub(crate) fn last(&self) -> Option<&SequenceNumber> {
        self.last.as_ref()
    }

    /// Takes a page: drops what was taken before, cuts the rest into spans of at most `records_max` records and about `bytes_max`
    /// bytes (one record may exceed that), and moves to its end. An empty page gives no span.
    pub(crate) fn take(
        &mut self,
        page: Vec<Record>,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Span>, OutOfOrder> {
        if let Some(pair) = page.windows(2).find(|pair| pair[0].sequence_number >= pair[1].sequence_number) {
            return Err(OutOfOrder {
                first: pair[0].sequence_number.clone(),
                second: pair[1].sequence_number.clone(),
            });
        }
        let mut spans = Vec::new();
        let mut run: Vec<Record> = Vec::new();
        let mut run_bytes = 0;
        let new = page
            .into_iter()
            .filter(|record| self.last.as_ref().is_none_or(|last| record.sequence_number > *last));
        let new: Vec<Record> = new.collect();
        for record in new {
            let full = run.len() >= records_max || run_bytes + record.bytes() > bytes_max;
            if full && !run.is_empty() {
                spans.push(self.span(std::mem::take(&mut run)));
                run_bytes = 0;
            }
            run_bytes += record.bytes();
            run.push(record);
        }
        if !run.is_empty() {
            spans.push(self.span(run));
        }
        Ok(spans)
    }

    /// The range of a run of records that is not empty, from the whole run; moves to its end.
    fn span(&mut self, records: Vec<Record>) -> Span {
        let from_exclusive = self.last.clone();
        let lost = self.hole_before(&records[0].sequence_number);
        let to_inclusive = records.last().map(|record| record.sequence_number.clone());
        self.last.clone_from(&to_inclusive);
        self.trimmed = false;
        Span { records, from_exclusive, to_inclusive, lost }
    }

    fn hole_before(&self, first: &SequenceNumber) -> Option<Loss> {
        let before = self.last.as_ref().or(self.birth.as_ref())?;
        let records = records_between(before, first);
        let hole = self.trimmed || records.is_some_and(|records| records > 0);
        hole.then(|| Loss { after: self.last.clone(), before: Some(first.clone()), records })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alluvium_kinesis_model::SequenceParts;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn number(counter: u64) -> SequenceNumber {
        SequenceParts { birth_secs: 1, counter, arrival_secs: 2, shard: 0 }.encode()
    }

    fn record(counter: u64, bytes: usize) -> Record {
        Record {
            sequence_number: number(counter),
            partition_key: String::new(),
            arrival_millis: 0,
            data: Bytes::from(vec![0; bytes]),
        }
    }

    proptest! {
        /// A server may cut the shard into any pages and repeat itself at will.
        #[test]
        fn ranges_follow_on_one_another_and_hold_every_record_once(
            sizes in prop::collection::vec(0_usize..50, 1..60),
            cuts in prop::collection::vec((0_usize..20, 0_usize..10, 0_usize..3), 1..40),
            checkpoint in prop::option::of(1_u64..30),
            records_max in 1_usize..10,
            bytes_max in 1_usize..200,
        ) {
            let all: Vec<Record> = sizes.iter().zip(1..).map(|(size, counter)| record(counter, *size)).collect();
            let start = checkpoint.map_or(StartAt::TrimHorizon, |counter| StartAt::After(number(counter)));
            let mut cursor = Cursor::new(start, None);
            let mut end = checkpoint.map(number);
            let mut taken = Vec::new();
            let mut at = 0_usize;
            for (length, back, skipped) in cuts.into_iter().chain([(usize::MAX, usize::MAX, 0)]) {
                let from = (at + skipped).saturating_sub(back).min(all.len());
                let to = from.saturating_add(length).min(all.len());
                at = at.max(to);
                let page = all[from..to].to_vec();
                let first_new = page.iter().find(|record| end.as_ref().is_none_or(|end| record.sequence_number > *end));
                let between = end.as_ref().zip(first_new).and_then(|(end, first)| records_between(end, &first.sequence_number));
                let skips = between.is_some_and(|records| records > 0);
                for (index, span) in cursor.take(page, records_max, bytes_max).expect("ascending").into_iter().enumerate() {
                    prop_assert_eq!(&span.from_exclusive, &end);
                    prop_assert_eq!(span.to_inclusive.as_ref(), span.records.last().map(|last| &last.sequence_number));
                    prop_assert_eq!(span.lost.is_some(), index == 0 && skips);
                    prop_assert!(!span.records.is_empty() && span.records.len() <= records_max);
                    let bytes: usize = span.records.iter().map(Record::bytes).sum();
                    prop_assert!(span.records.len() == 1 || bytes <= bytes_max);
                    end = span.to_inclusive;
                    taken.extend(span.records);
                }
            }
            prop_assert_eq!(cursor.last(), end.as_ref());
            let expected_last = all.last().map(|last| last.sequence_number.clone()).max(checkpoint.map(number));
            prop_assert_eq!(end, expected_last);
            let ascending = taken.windows(2).all(|pair| pair[0].sequence_number < pair[1].sequence_number);
            prop_assert!(ascending);
        }

        #[test]
        fn without_holes_every_record_after_the_checkpoint_is_taken(
            count in 1_u64..60,
            pages in prop::collection::vec(0_usize..9, 0..30),
            checkpoint in 0_u64..60,
        ) {
            let all: Vec<Record> = (1..=count).map(|counter| record(counter, 1)).collect();
            let checkpoint = checkpoint.min(count);
            let start = if checkpoint == 0 { StartAt::TrimHorizon } else { StartAt::After(number(checkpoint)) };
            let mut cursor = Cursor::new(start, Some(number(0)));
            let mut taken = Vec::new();
            let mut rest = &all[checkpoint as usize..];
            for length in pages.into_iter().chain([usize::MAX]) {
                let (page, later) = rest.split_at(length.min(rest.len()));
                rest = later;
                for span in cursor.take(page.to_vec(), 4, 100).expect("ascending") {
                    prop_assert_eq!(span.lost, None);
                    taken.extend(span.records);
                }
            }
            prop_assert_eq!(taken, all[checkpoint as usize..].to_vec());
        }
    }

    #[test]
    fn reading_goes_on_after_the_last_record_and_never_at_it() {
        let mut cursor = Cursor::new(StartAt::AtTimestamp(5), None);
        assert_eq!(cursor.next_at(), StartAt::AtTimestamp(5));
        cursor.take(vec![record(1, 1), record(2, 1)], 10, 10).expect("ascending");
        assert_eq!(cursor.next_at(), StartAt::After(number(2)));
        assert_eq!(cursor.take(Vec::new(), 10, 10), Ok(Vec::new()));
        assert_eq!(cursor.next_at(), StartAt::After(number(2)));
    }

    #[test]
    fn a_child_whose_first_records_are_gone_reports_them() {
        let mut cursor = Cursor::new(StartAt::TrimHorizon, Some(number(0)));
        let spans = cursor.take(vec![record(4, 1)], 10, 10).expect("ascending");
        assert_eq!(spans[0].lost, Some(Loss { after: None, before: Some(number(4)), records: Some(3) }));
    }

    #[test]
    fn a_trimmed_position_goes_on_at_the_oldest_record_and_reports_the_hole_once() {
        let foreign = |text: &str| SequenceNumber::parse(text).expect("a number");
        let mut cursor = Cursor::new(StartAt::After(foreign("10")), None);
        cursor.was_trimmed();
        assert_eq!(cursor.next_at(), StartAt::TrimHorizon);
        let mut page = vec![record(1, 1), record(2, 1)];
        page[0].sequence_number = foreign("70");
        page[1].sequence_number = foreign("80");
        let spans = cursor.take(page, 1, 10).expect("ascending");
        let lost = Loss { after: Some(foreign("10")), before: Some(foreign("70")), records: None };
        assert_eq!(spans.iter().map(|span| span.lost.clone()).collect::<Vec<_>>(), [Some(lost), None]);
        assert_eq!(spans[0].from_exclusive, Some(foreign("10")));
        assert_eq!(cursor.next_at(), StartAt::After(foreign("80")));
    }

    #[test]
    fn a_page_that_does_not_ascend_is_refused() {
        let mut cursor = Cursor::new(StartAt::TrimHorizon, None);
        let error = cursor.take(vec![record(2, 1), record(2, 1)], 10, 10).expect_err("refused");
        assert_eq!(error, OutOfOrder { first: number(2), second: number(2) });
        assert_eq!(cursor.last(), None, "nothing of it was taken");
    }
}
