//! Indexes of sealed segments that were read lately, so that the pages of one run read its index once.
//!
//! What must stay true: memory stays below the budget; an index is kept only after its checksum was proven.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::index::IndexEntry;
use crate::locks;

/// What an index costs beside its entries.
const INDEX_OVERHEAD_BYTES: usize = 128;

/// The number of a segment and where in it an index is.
type Place = (u64, u64);

/// See the module.
#[derive(Debug)]
pub(crate) struct IndexCache {
    bytes_max: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    by_place: HashMap<Place, Arc<[IndexEntry]>>,
    by_age: VecDeque<Place>,
    bytes: usize,
}

impl IndexCache {
    /// An empty cache with a budget.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, state: Mutex::default() }
    }

    /// The index at a place, if it is here.
    pub(crate) fn get(&self, segment_number: u64, offset: u64) -> Option<Arc<[IndexEntry]>> {
        locks::lock(&self.state).by_place.get(&(segment_number, offset)).cloned()
    }

    /// Takes an index in, in place of the oldest ones.
    pub(crate) fn put(&self, segment_number: u64, offset: u64, index: Arc<[IndexEntry]>) {
        let mut state = locks::lock(&self.state);
        let place = (segment_number, offset);
        let bytes = cost(&index);
        if state.by_place.insert(place, index).is_some() {
            return;
        }
        state.bytes += bytes;
        state.by_age.push_back(place);
        while state.bytes > self.bytes_max {
            let Some(oldest) = state.by_age.pop_front() else { break };
            if let Some(gone) = state.by_place.remove(&oldest) {
                state.bytes -= cost(&gone);
            }
        }
    }
}

fn cost(index: &[IndexEntry]) -> usize {
    size_of_val(index) + INDEX_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_indexes_go_when_the_budget_is_full() {
        let entry = IndexEntry { first_counter: 1, first_arrival_millis: 0, offset: 0, span_bytes: 1 };
        let cache = IndexCache::new(3 * (INDEX_OVERHEAD_BYTES + size_of::<IndexEntry>()));
        for offset in [0, 1, 1, 2, 3] {
            cache.put(7, offset, Arc::from([entry]));
        }
        let there: Vec<u64> = (0..5).filter(|offset| cache.get(7, *offset).is_some()).collect();
        assert_eq!(there, [1, 2, 3]);
        assert!(cache.get(8, 1).is_none());
    }
}
