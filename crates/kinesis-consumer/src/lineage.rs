//! Which shards may be read now: a shard after its parents. Pure.
//!
//! What must stay true: a shard is handed out once; a child never before all of its parents that still exist have been drained,
//! so the records of one partition key come in order across a reshard.

use std::collections::BTreeMap;

use alluvium_kinesis_model::SequenceNumber;

/// A shard as the stream lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedShard {
    pub(crate) shard_id: String,
    pub(crate) parents: Vec<String>,
    pub(crate) starting_sequence_number: Option<SequenceNumber>,
}

/// A shard whose turn has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadyShard {
    pub(crate) shard: ListedShard,
    /// The shard was not there when the stream was listed first.
    pub(crate) appeared_later: bool,
}

/// The shards of a stream and how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Lineage {
    nodes: BTreeMap<String, Node>,
    listed_before: bool,
}

#[derive(Debug)]
struct Node {
    shard: ListedShard,
    appeared_later: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Reading,
    Drained,
}

impl Lineage {
    /// Takes a listing of the whole stream: adds what is new and forgets drained shards that retention has removed.
    pub(crate) fn list(&mut self, shards: Vec<ListedShard>) {
        let mut drained_before = std::mem::take(&mut self.nodes);
        for shard in shards {
            let known = drained_before.remove(&shard.shard_id);
            let node =
                known.unwrap_or(Node { appeared_later: self.listed_before, state: State::Waiting, shard });
            self.nodes.insert(node.shard.shard_id.clone(), node);
        }
        self.nodes.extend(drained_before.into_iter().filter(|(_, node)| node.state != State::Drained));
        self.listed_before = true;
    }

    /// The shards whose turn has come, each once. A parent that is not listed is gone, and nobody waits for it.
    pub(crate) fn take_ready(&mut self) -> Vec<ReadyShard> {
        let drained = |id: &String| self.nodes.get(id).is_none_or(|parent| parent.state == State::Drained);
        let ready: Vec<String> = self
            .nodes
            .values()
            .filter(|node| node.state == State::Waiting && node.shard.parents.iter().all(drained))
            .map(|node| node.shard.shard_id.clone())
            .collect();
        let mut taken = Vec::with_capacity(ready.len());
        for id in ready {
            if let Some(node) = self.nodes.get_mut(&id) {
                node.state = State::Reading;
                taken.push(ReadyShard { shard: node.shard.clone(), appeared_later: node.appeared_later });
            }
        }
        taken
    }

    /// Says that everything in a shard has been handed out.
    pub(crate) fn drained(&mut self, shard_id: &str) {
        if let Some(node) = self.nodes.get_mut(shard_id) {
            node.state = State::Drained;
        }
    }

    /// Whether the stream lists this shard, or did while it was of interest.
    pub(crate) fn knows(&self, shard_id: &str) -> bool {
        self.nodes.contains_key(shard_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(id: &str, parents: &[&str]) -> ListedShard {
        ListedShard {
            shard_id: id.to_owned(),
            parents: parents.iter().map(|id| (*id).to_owned()).collect(),
            starting_sequence_number: None,
        }
    }

    fn ready(lineage: &mut Lineage) -> Vec<String> {
        lineage.take_ready().into_iter().map(|ready| ready.shard.shard_id).collect()
    }

    #[test]
    fn children_wait_for_all_their_parents_and_come_once() {
        let mut lineage = Lineage::default();
        lineage.list(vec![shard("0", &[]), shard("1", &[]), shard("2", &["0", "1"]), shard("3", &["2"])]);
        assert_eq!(ready(&mut lineage), ["0", "1"]);
        lineage.drained("0");
        assert!(ready(&mut lineage).is_empty());
        lineage.drained("1");
        assert_eq!(ready(&mut lineage), ["2"]);
        assert!(ready(&mut lineage).is_empty());
        lineage.drained("2");
        assert_eq!(ready(&mut lineage), ["3"]);
    }

    #[test]
    fn a_parent_that_retention_removed_is_not_waited_for() {
        let mut lineage = Lineage::default();
        lineage.list(vec![shard("2", &["0", "1"])]);
        assert_eq!(ready(&mut lineage), ["2"]);
    }

    #[test]
    fn a_later_listing_adds_children_and_keeps_what_is_being_read() {
        let mut lineage = Lineage::default();
        lineage.list(vec![shard("0", &[]), shard("1", &[])]);
        assert_eq!(ready(&mut lineage), ["0", "1"]);
        lineage.drained("0");
        // Retention has removed 0, and 1 is not listed although it is being read.
        lineage.list(vec![shard("2", &["0"]), shard("3", &["1"])]);
        let taken = lineage.take_ready();
        assert_eq!(taken, [ReadyShard { shard: shard("2", &["0"]), appeared_later: true }]);
        assert!(lineage.knows("1") && !lineage.knows("0"));
    }
}
