//! Usage on its way to the disk: some seconds after it changed, and when the gateway is told to.
//!
//! What must stay true: no request waits for it; what could not be written is written the next time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::gateway::ApiGateway;
use crate::limits::USAGE_SAVE_INTERVAL;
use crate::state::{Change, SaveError};

impl ApiGateway {
    /// Writes how often API keys were used, as far as it is not written yet. Call it before the process ends; while requests come
    /// it happens by itself. Blocks on the disk.
    pub fn save_usage(&self) -> Result<(), SaveError> {
        // Edits hold the file too, so no key leaves its plan between here and the commit.
        let file = self.file();
        let access = &self.0.environment.access;
        if !access.has_unsaved_usage.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let plans = access.plans();
        let unsaved: Vec<_> = plans
            .memberships()
            .filter_map(|(plan_id, key_id, membership)| {
                Some((plan_id, key_id, membership, membership.usage.take_unsaved()?))
            })
            .collect();
        let changes: Vec<Change<'_>> = unsaved
            .iter()
            .map(|(plan_id, key_id, _, stored)| Change::PutUsage(plan_id, key_id, stored))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        let saved = file.commit(&changes);
        if saved.is_err() {
            for (_, _, membership, _) in &unsaved {
                membership.usage.mark_unsaved();
            }
            access.mark_usage_unsaved();
        }
        saved
    }

    /// Plans a [`Self::save_usage`] when there is something to save and none is planned.
    pub(crate) fn save_usage_later(&self) {
        let access = &self.0.environment.access;
        if !access.has_unsaved_usage.load(Ordering::Relaxed)
            || access.is_saving_planned.swap(true, Ordering::AcqRel)
        {
            return;
        }
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(USAGE_SAVE_INTERVAL).await;
            let Some(gateway) = weak.upgrade().map(ApiGateway) else { return };
            gateway.0.environment.access.is_saving_planned.store(false, Ordering::Release);
            let saved = tokio::task::spawn_blocking(move || gateway.save_usage()).await;
            if let Ok(Err(error)) = saved {
                tracing::error!(%error, "the usage of API keys could not be saved; it is tried again after the next request");
            }
        });
    }
}
