//! Reading a request's body whole: within its size, within the room for all bodies, within its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::limits::{
    BODIES_BYTES_MAX, BODY_BYTES_MAX, BODY_DISCARDED_BYTES_MAX, BODY_READ_TIMEOUT, BODY_STALL_TIMEOUT,
};

/// Why a body was not read whole.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// Over [`BODY_BYTES_MAX`].
    #[error("the body is larger than {BODY_BYTES_MAX} bytes")]
    TooLarge,
    /// All bodies together would be over [`BODIES_BYTES_MAX`].
    #[error("the bodies of all requests have no room for this one")]
    NoRoom,
    /// The client stopped sending.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The connection broke, or the framing did.
    #[error("the body broke off")]
    Broken(#[from] hyper::Error),
}

/// The bytes that all bodies hold together. Clones count the same.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyRoom {
    held: Arc<AtomicUsize>,
}

/// What one body holds of the room; dropping it gives the room back.
#[derive(Debug)]
pub(super) struct HeldRoom {
    room: BodyRoom,
    bytes: usize,
}

impl BodyRoom {
    fn hold_nothing(&self) -> HeldRoom {
        HeldRoom { room: self.clone(), bytes: 0 }
    }
}

impl HeldRoom {
    fn add(&mut self, bytes: usize) -> Result<(), BodyError> {
        let before = self.room.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before + bytes > BODIES_BYTES_MAX { Err(BodyError::NoRoom) } else { Ok(()) }
    }
}

impl Drop for HeldRoom {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reads a body. Keep the room that comes with it until the request is answered.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Incoming,
    room: &BodyRoom,
) -> Result<(Bytes, HeldRoom), BodyError> {
    let reading = tokio::time::timeout(BODY_READ_TIMEOUT, read_frames(&mut body, room));
    let read = reading.await.unwrap_or(Err(BodyError::TooSlow));
    // A client that waits for `100 Continue` has sent nothing and is told at once.
    if matches!(read, Err(BodyError::TooLarge)) && !headers.contains_key(header::EXPECT) {
        let _ = tokio::time::timeout(BODY_READ_TIMEOUT, discard(&mut body)).await;
    }
    read
}

async fn read_frames(body: &mut Incoming, room: &BodyRoom) -> Result<(Bytes, HeldRoom), BodyError> {
    let mut held = room.hold_nothing();
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > BODY_BYTES_MAX {
        return Err(BodyError::TooLarge);
    }
    let Some(first) = next(body).await? else { return Ok((Bytes::new(), held)) };
    held.add(first.len())?;
    if body.is_end_stream() {
        return within_limit(first, held);
    }
    let mut whole = BytesMut::with_capacity(announced.max(first.len()));
    whole.extend_from_slice(&first);
    while let Some(data) = next(body).await? {
        held.add(data.len())?;
        if whole.len() + data.len() > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    within_limit(whole.freeze(), held)
}

fn within_limit(whole: Bytes, held: HeldRoom) -> Result<(Bytes, HeldRoom), BodyError> {
    if whole.len() > BODY_BYTES_MAX { Err(BodyError::TooLarge) } else { Ok((whole, held)) }
}

/// The next data frame; trailers are passed over.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, BodyError> {
    loop {
        let frame = tokio::time::timeout(BODY_STALL_TIMEOUT, body.frame()).await;
        match frame.map_err(|_late| BodyError::TooSlow)? {
            None => return Ok(None),
            Some(frame) => {
                if let Ok(data) = frame?.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads on without keeping anything, until the end or until it is too much.
async fn discard(body: &mut Incoming) {
    let mut discarded = 0;
    while discarded < BODY_DISCARDED_BYTES_MAX {
        match next(body).await {
            Ok(Some(data)) => discarded += data.len(),
            Ok(None) | Err(_) => return,
        }
    }
}
