//! The handle by which a running pipeline is told to end.

use std::sync::Arc;

use tokio::sync::watch;

/// How a pipeline is to go on. Later ones only ever hurry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Command {
    /// Go on for ever.
    Run,
    /// Finish what is in the stream now, then end.
    Drain,
    /// Commit what is in hand, then end.
    Stop,
}

/// Tells a running pipeline to end. Clones speak to the same pipeline.
#[derive(Debug, Clone)]
pub struct PipelineControl {
    command: Arc<watch::Sender<Command>>,
}

impl PipelineControl {
    /// A control for a pipeline that is to run until told otherwise.
    pub fn new() -> Self {
        Self { command: Arc::new(watch::Sender::new(Command::Run)) }
    }

    /// The pipeline finishes what is in the stream at this moment, commits it and ends.
    pub fn drain(&self) {
        self.hurry(Command::Drain);
    }

    /// The pipeline commits the records it has in hand and ends; the rest stays in the stream for the next run.
    pub fn stop(&self) {
        self.hurry(Command::Stop);
    }

    fn hurry(&self, to: Command) {
        self.command.send_if_modified(|command| {
            let hurries = to > *command;
            *command = to.max(*command);
            hurries
        });
    }

    pub(crate) fn listen(&self) -> watch::Receiver<Command> {
        self.command.subscribe()
    }
}

impl Default for PipelineControl {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_not_taken_back_by_a_drain() {
        let control = PipelineControl::new();
        let command = control.listen();
        control.stop();
        control.clone().drain();
        assert_eq!(*command.borrow(), Command::Stop);
    }
}
