//! Positions: where reading begins, and how far it has come. Pure.
//!
//! What must stay true: a checkpoint names the last record that was taken, and reading goes on after it.

use std::collections::BTreeMap;

use alluvium_kinesis_model::{SequenceNumber, SequenceParts};

/// How far each shard of a stream has been read, by shard id. A shard that is not in it has not been begun.
pub type Checkpoint = BTreeMap<String, ShardCheckpoint>;

/// How far one shard has been read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShardCheckpoint {
    /// The last record that was taken; `None` when none was.
    pub after: Option<SequenceNumber>,
    /// The shard is closed and everything in it has been taken.
    pub ended: bool,
}

/// Where a shard without a checkpoint begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPosition {
    /// At the oldest record that the stream still holds.
    TrimHorizon,
    /// After the newest record there is when the reader starts. That is turned into a time once, at the start; whoever means to
    /// restart keeps the time of the first start and gives [`InitialPosition::AtTimestamp`], since what arrives before a shard's
    /// first checkpoint would otherwise be skipped by a restart.
    Latest,
    /// At the first record that arrived at this time or later, milliseconds since 1970. A time in the future is waited for.
    AtTimestamp(i64),
}

/// Where the reading of a shard begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StartAt {
    /// At the shard's oldest record.
    TrimHorizon,
    /// At the first record that arrived at this time or later, milliseconds since 1970.
    AtTimestamp(i64),
    /// After this record.
    After(SequenceNumber),
}

/// What is known about a shard when its reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The shard appeared after the reader had started, so all that is in it is new.
    pub(crate) appeared_later: bool,
    /// A parent has a checkpoint, so the stream has been read up to this shard's beginning.
    pub(crate) parent_was_read: bool,
}

/// Where a shard begins: after its checkpoint; a child that continues what has been read, with its oldest record; any other
/// shard where the caller said. `started_millis` is when the reader started.
pub(crate) fn start_at(
    after: Option<&SequenceNumber>,
    initial: InitialPosition,
    origin: Origin,
    started_millis: i64,
) -> StartAt {
    if let Some(after) = after {
        return StartAt::After(after.clone());
    }
    match initial {
        InitialPosition::TrimHorizon => StartAt::TrimHorizon,
        _ if origin.appeared_later => StartAt::TrimHorizon,
        // A time is good for children too: a record that counts arrived at or after it, whichever shard holds it.
        InitialPosition::AtTimestamp(millis) => StartAt::AtTimestamp(millis),
        InitialPosition::Latest if origin.parent_was_read => StartAt::TrimHorizon,
        InitialPosition::Latest => StartAt::AtTimestamp(started_millis),
    }
}

/// How many records lie between two neighbours of one shard. `None` when the numbers are of another Kinesis, whose layout says
/// nothing about that.
pub(crate) fn records_between(before: &SequenceNumber, next: &SequenceNumber) -> Option<u64> {
    let (before, next) = (SequenceParts::decode(before)?, SequenceParts::decode(next)?);
    let one_shard = before.shard == next.shard && before.birth_secs == next.birth_secs;
    if one_shard { next.counter.checked_sub(before.counter)?.checked_sub(1) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST_SEEN: Origin = Origin { appeared_later: false, parent_was_read: false };

    #[test]
    fn a_checkpoint_wins_over_everything() {
        let number = SequenceNumber::parse("42").expect("a number");
        for initial in
            [InitialPosition::TrimHorizon, InitialPosition::Latest, InitialPosition::AtTimestamp(5)]
        {
            assert_eq!(start_at(Some(&number), initial, FIRST_SEEN, 9), StartAt::After(number.clone()));
        }
    }

    #[test]
    fn latest_is_the_time_of_the_start_and_children_of_what_was_read_begin_at_their_oldest_record() {
        let later = Origin { appeared_later: true, parent_was_read: false };
        let continued = Origin { appeared_later: false, parent_was_read: true };
        for (initial, origin, expected) in [
            (InitialPosition::Latest, FIRST_SEEN, StartAt::AtTimestamp(9)),
            (InitialPosition::Latest, later, StartAt::TrimHorizon),
            (InitialPosition::Latest, continued, StartAt::TrimHorizon),
            (InitialPosition::AtTimestamp(5), FIRST_SEEN, StartAt::AtTimestamp(5)),
            (InitialPosition::AtTimestamp(5), later, StartAt::TrimHorizon),
            (InitialPosition::AtTimestamp(5), continued, StartAt::AtTimestamp(5)),
            (InitialPosition::TrimHorizon, FIRST_SEEN, StartAt::TrimHorizon),
        ] {
            assert_eq!(start_at(None, initial, origin, 9), expected, "{initial:?} {origin:?}");
        }
    }

    #[test]
    fn a_hole_is_counted_in_our_own_numbers_and_unknown_in_others() {
        let number =
            |shard, counter| SequenceParts { birth_secs: 7, counter, arrival_secs: 9, shard }.encode();
        assert_eq!(records_between(&number(0, 4), &number(0, 5)), Some(0));
        assert_eq!(records_between(&number(0, 4), &number(0, 9)), Some(4));
        assert_eq!(records_between(&number(0, 4), &number(1, 9)), None);
        let foreign = SequenceNumber::parse("49590338271490256608559692538361571095921575989136588898");
        assert_eq!(records_between(&number(0, 4), &foreign.expect("a number")), None);
    }
}
