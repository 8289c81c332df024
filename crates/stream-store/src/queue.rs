//! The hand-over to the writer: many senders, one receiver that takes what waits in groups. While it works on one group the
//! next one gathers, and that is what lets appends share a sync.
//!
//! What must stay true: what one sender sends is received in order and once; a group holds what can be done together and
//! nothing that was sent after something that cannot; the receiver is woken when something waits or the last sender is gone;
//! nothing is left in the queue when the receiver is gone.

use std::collections::VecDeque;
use std::fmt;

use crate::primitives::{Arc, Condvar, Mutex};

const NEVER_POISONED: &str = "no thread panics while it holds the queue";

/// A queue's two ends. The sender is shared by reference or behind an `Arc`.
pub(crate) fn queue<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { waiting: VecDeque::new(), sender_gone: false, receiver_gone: false };
    let shared = Arc::new(Queue { state: Mutex::new(state), changed: Condvar::new() });
    (Sender { queue: Arc::clone(&shared) }, Receiver { queue: shared })
}

struct Queue<T> {
    state: Mutex<State<T>>,
    /// Told when something waits, or the sender goes.
    changed: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    sender_gone: bool,
    receiver_gone: bool,
}

/// The end that is sent to.
pub(crate) struct Sender<T> {
    queue: Arc<Queue<T>>,
}

/// The end that is received from.
pub(crate) struct Receiver<T> {
    queue: Arc<Queue<T>>,
}

/// The receiver is gone; what was sent is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed;

impl<T> Sender<T> {
    /// Puts something into the queue. Never waits for the receiver.
    pub(crate) fn send(&self, item: T) -> Result<(), Closed> {
        let mut state = self.queue.state.lock().expect(NEVER_POISONED);
        if state.receiver_gone {
            return Err(Closed);
        }
        state.waiting.push_back(item);
        let was_empty = state.waiting.len() == 1;
        drop(state);
        if was_empty {
            self.queue.changed.notify_one();
        }
        Ok(())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sender")
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.queue.state.lock().expect(NEVER_POISONED).sender_gone = true;
        self.queue.changed.notify_one();
    }
}

impl<T> Receiver<T> {
    /// Waits until something is in the queue and takes from its front: all those that have a weight, until they weigh `enough`
    /// together; or one that has none. Nothing when the queue is empty and the sender is gone.
    pub(crate) fn next_group(&self, enough: usize, weight: impl Fn(&T) -> Option<usize>) -> Vec<T> {
        let mut state = self.queue.state.lock().expect(NEVER_POISONED);
        while state.waiting.is_empty() && !state.sender_gone {
            state = self.queue.changed.wait(state).expect(NEVER_POISONED);
        }
        let mut group = Vec::new();
        let mut weighed = 0;
        while weighed < enough {
            let Some(next) = state.waiting.front().map(&weight) else { break };
            if next.is_none() && !group.is_empty() {
                break;
            }
            group.extend(state.waiting.pop_front());
            let Some(more) = next else { break };
            weighed += more;
        }
        group
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let left = {
            let mut state = self.queue.state.lock().expect(NEVER_POISONED);
            state.receiver_gone = true;
            std::mem::take(&mut state.waiting)
        };
        drop(left);
    }
}
