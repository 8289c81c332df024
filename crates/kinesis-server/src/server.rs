//! The service's state, and its life: it begins with a store and ends by letting it go.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use alluvium_clock::Clock;
use alluvium_cloudwatch::Metrics;
use alluvium_iam::{Authenticator, Authorizer};
use alluvium_stream_store::Store;
use tokio::sync::Mutex;
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

use crate::daily::DailyChanges;
use crate::faults::Faults;
use crate::measure::Measures;
use crate::on_demand::{self, Traffic};
use crate::options::KinesisOptions;
use crate::page_room::PageRoom;
use crate::policies::Policies;
use crate::routing::Turns;
use crate::service::KinesisService;
use crate::subscription::Subscriptions;
use crate::throttle::Throttle;

/// The Kinesis service over a store.
#[derive(Debug)]
pub struct KinesisServer {
    server: Arc<Server>,
    /// What goes on beside the requests: sweeping, and scaling of on-demand streams.
    tasks: Vec<AbortHandle>,
}

/// What every request works with.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) store: Store,
    pub(crate) authenticator: Authenticator,
    pub(crate) authorizer: Authorizer,
    pub(crate) policies: Policies,
    pub(crate) daily: DailyChanges,
    pub(crate) options: KinesisOptions,
    pub(crate) clock: Clock,
    pub(crate) measures: Measures,
    /// Held by whoever makes or changes a stream or a consumer, so that what was checked still holds when the change is made:
    /// a status, the last shards of the limit, a shard that is open.
    pub(crate) changing: Mutex<()>,
    pub(crate) turns: Turns,
    pub(crate) page_room: PageRoom,
    pub(crate) throttle: Throttle,
    pub(crate) faults: Faults,
    pub(crate) traffic: Traffic,
    pub(crate) subscriptions: Subscriptions,
    /// Whether the log already says why the store takes no more writes.
    pub(crate) refusal_logged: AtomicBool,
}

impl KinesisServer {
    /// Starts the service: from now on what has expired is removed from the store at every `options.sweep_interval`,
    /// and on-demand streams change the number of their shards where `options.on_demand_scaling` says so.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn new(store: Store, authenticator: Authenticator, options: KinesisOptions, clock: Clock) -> Self {
        let server = Arc::new(Server {
            turns: Turns::default(),
            page_room: PageRoom::default(),
            throttle: Throttle::new(options.limits),
            faults: Faults::new(options.faults.clone()),
            traffic: Traffic::new(options.on_demand_scaling.is_some()),
            subscriptions: Subscriptions::default(),
            policies: Policies::new(&store),
            daily: DailyChanges::default(),
            store,
            authorizer: authenticator.authorizer(),
            authenticator,
            measures: Measures::new(options.metrics.clone().unwrap_or_else(|| Metrics::new(clock))),
            options,
            clock,
            changing: Mutex::new(()),
            refusal_logged: AtomicBool::new(false),
        });
        let mut tasks = vec![tokio::spawn(sweep_forever(Arc::clone(&server))).abort_handle()];
        if let Some(scaling) = server.options.on_demand_scaling {
            tasks.push(tokio::spawn(on_demand::scale_forever(Arc::clone(&server), scaling)).abort_handle());
        }
        Self { server, tasks }
    }

    /// The service, ready to be called. Clones are the same service.
    pub fn service(&self) -> KinesisService {
        KinesisService::new(Arc::clone(&self.server))
    }

    /// What its requests work with.
    #[cfg(test)]
    pub(crate) fn state(&self) -> Arc<Server> {
        Arc::clone(&self.server)
    }

    /// Ends all subscriptions, so that their connections can drain, and lets none begin. Call it first when the program ends,
    /// before it waits for the requests under way: a subscription lasts five minutes and would hold it up for as long.
    pub fn close_subscriptions(&self) {
        self.server.subscriptions.close();
    }

    /// Stops sweeping and scaling, waits for the appends that are under way, and closes the store. Call it when no request is being
    /// served any more; one that comes later is answered with an InternalFailure.
    pub async fn close(&self) {
        self.close_subscriptions();
        self.tasks.iter().for_each(AbortHandle::abort);
        self.server.store.close().await;
    }
}

impl Drop for KinesisServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

async fn sweep_forever(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(server.options.sweep_interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        server.measures.forget(|stream_id| server.store.stream_by_id(stream_id));
        server.turns.forget_streams(|stream_id| server.store.stream_by_id(stream_id).is_some());
        server.throttle.forget_idle();
        match server.store.sweep(server.clock.now_millis()).await {
            Ok(swept) if swept.segments > 0 => {
                tracing::info!(segments = swept.segments, bytes = swept.bytes, "expired records removed");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "cannot remove expired records; trying again later"),
        }
    }
}
