//! The model of what the catalog keeps of a stream beside its shards: tags, settings, a policy, consumers.

use std::collections::BTreeMap;
use std::sync::Arc;

use alluvium_stream_store::{
    Consumer, ConsumerChange, NewConsumer, NewStream, RecordDistribution, ShardMetric, Store, Stream,
    StreamChange, StreamSettings, Tags,
};
use rand::{RngExt, rngs::StdRng};

const CONSUMERS: [&str; 2] = ["x", "y"];

/// What a stream's details were promised to be.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Details {
    tags: Tags,
    settings: StreamSettings,
    policy: Option<Arc<str>>,
    consumers: BTreeMap<Arc<str>, Consumer>,
}

fn some_tags(random: &mut StdRng) -> Tags {
    (0..random.random_range(0..3)).map(|n| (n.to_string(), random.random_range(0..9).to_string())).collect()
}

fn some_settings(random: &mut StdRng) -> StreamSettings {
    StreamSettings {
        record_kib_max: random.random_range(1024..=10240),
        warm_throughput_mib: random.random_bool(0.5).then_some(7),
        record_distribution: RecordDistribution::Auto,
        encryption_key_id: random.random_bool(0.5).then(|| "key".into()),
        shard_metrics: ShardMetric::ALL.into_iter().filter(|_| random.random_bool(0.3)).collect(),
    }
}

impl Details {
    /// Gives a new stream details.
    pub(crate) fn of_new(new: &mut NewStream, random: &mut StdRng) -> Self {
        new.tags = some_tags(random);
        Self { tags: new.tags.clone(), ..Self::default() }
    }

    /// Whether a stream has these details.
    pub(crate) fn is_as(&self, found: &Stream) -> bool {
        let there = (&*found.tags, &*found.settings, &found.policy, &*found.consumers);
        (&self.tags, &self.settings, &self.policy, &self.consumers) == there
    }

    /// What a sweep forgets.
    pub(crate) fn forget(&mut self, now_millis: i64) {
        self.consumers.retain(|_, consumer| {
            consumer.status(now_millis).is_some() || consumer.created_millis / 1000 >= now_millis / 1000
        });
    }

    /// Changes something here and in the store; returns whether the store has said that it is done.
    pub(crate) async fn change(&mut self, store: &Store, id: u64, now: i64, random: &mut StdRng) -> bool {
        let mut change = StreamChange::default();
        match random.random_range(0..6) {
            0 => change.tags = Some(some_tags(random)),
            1 => change.settings = Some(some_settings(random)),
            2 => change.policy = Some(random.random_bool(0.5).then(|| "{}".into())),
            _ => return self.consumer(store, id, now, random).await,
        }
        self.tags = change.tags.clone().unwrap_or_else(|| self.tags.clone());
        self.settings = change.settings.clone().unwrap_or_else(|| self.settings.clone());
        self.policy = change.policy.clone().unwrap_or_else(|| self.policy.clone());
        store.update_stream(id, change).await.is_ok()
    }

    async fn consumer(&mut self, store: &Store, id: u64, now: i64, random: &mut StdRng) -> bool {
        let name = CONSUMERS[random.random_range(0..CONSUMERS.len())];
        let there = self.consumers.get(name).cloned();
        if let Some(mut consumer) = there.clone().filter(|consumer| consumer.status(now).is_some()) {
            consumer.gone_at_millis = Some(now);
            self.consumers.insert(name.into(), consumer);
            let gone = ConsumerChange { gone_at_millis: Some(now), ..ConsumerChange::default() };
            return store.change_consumer(id, name, gone).await.is_ok();
        }
        let earliest = there.map_or(now, |gone| (gone.created_millis / 1000 + 1) * 1000);
        let consumer = Consumer {
            name: name.into(),
            created_millis: now.max(earliest),
            active_at_millis: now,
            gone_at_millis: None,
            tags: some_tags(random),
            policy: None,
        };
        let new = NewConsumer {
            name: name.into(),
            tags: consumer.tags.clone(),
            active_at_millis: now,
            now_millis: now,
            consumers_max: 2,
        };
        self.consumers.insert(name.into(), consumer);
        store.register_consumer(id, new).await.is_ok()
    }
}
