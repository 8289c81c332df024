//! Room for the pages of records that were read and that clients have not yet taken.
//!
//! What must stay true: clients that ask and do not listen take a bounded part of the memory, and take nothing from those who
//! listen but the size of their pages.

use std::sync::Arc;

use alluvium_kinesis_model::limits::GET_RECORDS_BYTES_MAX;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::{PAGES_BYTES_MAX, PIECE_BYTES};

/// The room, in bytes.
#[derive(Debug)]
pub(crate) struct PageRoom(Arc<Semaphore>);

/// What a page takes of it, until it is dropped; nothing when there was too little.
#[derive(Debug)]
pub(crate) struct HeldRoom(Option<OwnedSemaphorePermit>);

impl Default for PageRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PAGES_BYTES_MAX)))
    }
}

impl PageRoom {
    /// Takes what the largest page needs, if there is as much.
    pub(crate) fn take(&self) -> HeldRoom {
        let bytes = u32::try_from(GET_RECORDS_BYTES_MAX).unwrap_or(u32::MAX);
        HeldRoom(Arc::clone(&self.0).try_acquire_many_owned(bytes).ok())
    }
}

impl HeldRoom {
    /// How large the page may be, in bytes: as large as ever, or a piece that is sent at once.
    pub(crate) fn bytes_max(&self) -> usize {
        if self.0.is_some() { GET_RECORDS_BYTES_MAX } else { PIECE_BYTES }
    }

    /// Gives back what a page of this many bytes does not need.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        if let Some(held) = &mut self.0 {
            drop(held.split(held.num_permits().saturating_sub(bytes)));
        }
    }
}
