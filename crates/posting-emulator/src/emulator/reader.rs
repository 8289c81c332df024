//! One table's reader: takes the rows that posts ask for from the source, several at a time where several wait, and hands each
//! to the lane of its partition key.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::mpsc;

use super::StopReason;
use super::lane::Job;
use crate::limits::LOOKUP_ROWS_MAX;
use crate::source::Source;

/// Works off `row_numbers` until there are no more, or all lanes have ended.
pub(super) async fn read(
    source: Source,
    feed: usize,
    mut row_numbers: mpsc::Receiver<u64>,
    lanes: Vec<mpsc::Sender<Job>>,
) -> Result<(), StopReason> {
    let mut waiting = Vec::with_capacity(LOOKUP_ROWS_MAX);
    while row_numbers.recv_many(&mut waiting, LOOKUP_ROWS_MAX).await > 0 {
        let rows = source.rows_numbered(feed, &waiting).await?;
        for (row_number, row) in waiting.drain(..).zip(rows) {
            let lane = lane_of(&row.partition_key, lanes.len());
            if lanes[lane].send(Job { row_number, row }).await.is_err() {
                // A lane that has ended has stopped the run.
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The same key always has the same lane, so that the records of a key stay in order.
fn lane_of(partition_key: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    partition_key.hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes.max(1) as u64).expect("less than the number of lanes")
}

#[cfg(test)]
mod tests {
    use super::lane_of;

    #[test]
    fn a_key_has_one_lane_and_keys_have_many() {
        let lanes: Vec<usize> = (0..100).map(|key| lane_of(&key.to_string(), 8)).collect();
        assert_eq!(lanes, (0..100).map(|key| lane_of(&key.to_string(), 8)).collect::<Vec<_>>());
        assert!((0..8).all(|lane| lanes.contains(&lane)));
        assert_eq!(lane_of("any", 1), 0);
    }
}
