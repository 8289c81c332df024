//! A body that ends by the time, also while nobody polls it.
//!
//! What must stay true: when its time is over the body is dropped with all that it holds, though its client takes nothing and
//! so never asks for more; what was handed out before is whole.

use std::convert::Infallible;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use crate::answer::ResponseBody;

/// A body, and the timer beside it that ends it.
struct Expiring {
    inner: Arc<Mutex<Inner>>,
    timer: AbortHandle,
}

#[derive(Default)]
struct Inner {
    /// `None` when its time is over.
    body: Option<ResponseBody>,
    /// Who waits for the next frame.
    waiting: Option<Waker>,
}

/// The body until `ends_at`, when it ends after the last frame that was taken.
///
/// # Panics
/// Outside of a tokio runtime.
pub(super) fn until(ends_at: Instant, body: ResponseBody) -> ResponseBody {
    let inner = Arc::new(Mutex::new(Inner { body: Some(body), waiting: None }));
    let shared = Arc::clone(&inner);
    let timer = tokio::spawn(async move {
        sleep_until(ends_at).await;
        let over = mem::take(&mut *lock(&shared));
        drop(over.body);
        if let Some(waiting) = over.waiting {
            waiting.wake();
        }
    });
    Expiring { inner, timer: timer.abort_handle() }.boxed_unsync()
}

impl Body for Expiring {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut inner = lock(&self.inner);
        let Some(body) = &mut inner.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        inner.waiting = polled.is_pending().then(|| context.waker().clone());
        polled
    }
}

impl Drop for Expiring {
    fn drop(&mut self) {
        self.timer.abort();
        // An aborted task goes when the runtime comes to it; what the body holds goes now.
        let over = mem::take(&mut *lock(&self.inner));
        drop(over);
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::{FutureExt, StreamExt, stream};
    use http_body_util::StreamBody;

    use super::*;

    const LIFE: Duration = Duration::from_mins(5);

    /// A body of one frame that goes on for ever, and what tells whether it is still there.
    fn endless() -> (ResponseBody, Arc<()>) {
        let held = Arc::new(());
        let holder = Arc::clone(&held);
        let first = stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"event")))]);
        let frames = first.chain(stream::pending()).inspect(move |_| {
            let _ = &holder;
        });
        (StreamBody::new(frames).boxed_unsync(), held)
    }

    #[tokio::test(start_paused = true)]
    async fn its_time_ends_a_body_that_nobody_polls() {
        let (body, held) = endless();
        let mut body = until(Instant::now() + LIFE, body);
        assert!(body.frame().await.is_some());
        tokio::time::sleep(LIFE / 2).await;
        assert_eq!(Arc::strong_count(&held), 2);
        tokio::time::sleep(LIFE / 2 + Duration::from_millis(2)).await;
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(body.frame().now_or_never().expect("at once").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_frame_is_told_of_the_end() {
        let (body, _held) = endless();
        let mut body = until(Instant::now() + LIFE, body);
        assert!(body.frame().await.is_some());
        assert!(body.frame().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_dropped_lets_go_at_once() {
        let (body, held) = endless();
        drop(until(Instant::now() + LIFE, body));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
