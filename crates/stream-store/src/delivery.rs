//! Answers on their way from the writer to those who wait for them.
//!
//! What must stay true: every answer is given, also when the runtime of those who wait ends meanwhile; nobody's answer waits
//! for somebody of another runtime; the writer waits for nobody longer than [`limits::GATHER_MAX`].

use std::sync::mpsc;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use crate::limits;
use crate::writer::Answers;

/// Where an answer goes.
#[derive(Debug)]
pub(crate) struct Reply {
    sender: oneshot::Sender<Answers>,
    /// The runtime with threads of its own that the caller runs on.
    runtime: Option<Handle>,
}

impl Reply {
    /// A reply to the caller, and what the caller waits for.
    pub(crate) fn new() -> (Self, oneshot::Receiver<Answers>) {
        let (sender, answer) = oneshot::channel();
        let has_threads = |runtime: &Handle| runtime.runtime_flavor() == RuntimeFlavor::MultiThread;
        (Self { sender, runtime: Handle::try_current().ok().filter(has_threads) }, answer)
    }
}

/// Gives the answers of a commit. Each of them wakes a task, and to do that from a thread that is not the runtime's costs a
/// lock, and on a busy core a switch between the two threads. So those of one runtime are given by a task on it.
pub(crate) fn deliver(mut ready: Vec<(Reply, Answers)>) -> Gathering {
    let (under_way, gathered) = mpsc::channel();
    while let Some(runtime) = ready.first().and_then(|(reply, _)| reply.runtime.clone()) {
        let is_there = |reply: &Reply| reply.runtime.as_ref().is_some_and(|other| other.id() == runtime.id());
        let (there, others): (Vec<_>, Vec<_>) = ready.into_iter().partition(|(reply, _)| is_there(reply));
        ready = others;
        let delivery = Delivery(there);
        if delivery.0.len() > 1 {
            let under_way = under_way.clone();
            runtime.spawn(async move {
                drop(delivery);
                // Goes on when whoever was woken, and whoever else is ready, has had a turn.
                tokio::task::yield_now().await;
                drop(under_way);
            });
        }
    }
    drop(Delivery(ready));
    Gathering(gathered)
}

/// The time in which those who were answered send again.
pub(crate) struct Gathering(mpsc::Receiver<()>);

impl Gathering {
    /// Waits until they had their turn: where many wait for each other's commits, what they send then shares a sync, which
    /// would otherwise be two. Ends at once when at most one was answered.
    pub(crate) fn wait(self) {
        // Nothing is ever sent: it ends when the last task is done, or when the time is over.
        let _ = self.0.recv_timeout(limits::GATHER_MAX);
    }
}

/// Answers that are given when this is dropped: by whoever has it then, so that none is lost with a task that never runs.
struct Delivery(Vec<(Reply, Answers)>);

impl Drop for Delivery {
    fn drop(&mut self) {
        for (reply, answers) in self.0.drain(..) {
            // The caller may have gone away; its records stay.
            let _ = reply.sender.send(answers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AppendError;

    fn answer() -> Answers {
        vec![Err(AppendError::Closed)]
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime")
    }

    #[test]
    fn every_answer_is_given_wherever_its_caller_runs() {
        let (one, other) = (runtime(), runtime());
        let mut ready = Vec::new();
        let mut waiting = Vec::new();
        for place in 0..9 {
            let _entered = match place % 3 {
                0 => Some(one.enter()),
                1 => Some(other.enter()),
                _ => None,
            };
            let (reply, receiver) = Reply::new();
            ready.push((reply, answer()));
            waiting.push(receiver);
        }
        // One caller has gone away.
        waiting.remove(4);
        deliver(ready).wait();
        for receiver in waiting {
            assert_eq!(receiver.blocking_recv().expect("an answer").len(), 1);
        }
    }

    #[test]
    fn an_answer_is_given_when_the_runtime_of_its_caller_is_gone() {
        let runtime = runtime();
        let (replies, waiting): (Vec<_>, Vec<_>) = {
            let _entered = runtime.enter();
            (0..3).map(|_| Reply::new()).unzip()
        };
        drop(runtime);
        deliver(replies.into_iter().map(|reply| (reply, answer())).collect()).wait();
        for mut receiver in waiting {
            assert_eq!(receiver.try_recv().expect("an answer").len(), 1);
        }
    }
}
