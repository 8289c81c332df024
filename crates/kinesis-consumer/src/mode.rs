//! What a reader is to do: go on, finish what is there, or stop.

use tokio::sync::watch;

/// What a reader is to do. Only ever moves down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// Read for ever.
    Follow,
    /// Read what arrived up to this time, milliseconds since 1970, then end.
    Drain {
        /// When the drain was asked for.
        since_millis: i64,
    },
    /// End now.
    Stop,
}

/// Tells a reader to finish. Cheap to clone; works from anywhere.
#[derive(Debug, Clone)]
pub struct ReaderControl {
    pub(crate) mode: watch::Sender<Mode>,
    pub(crate) clock: alluvium_clock::Clock,
}

impl ReaderControl {
    /// Finish what is there now: every record that had been accepted when this was called is still handed out, children of
    /// closed shards included, and then the reader ends.
    pub fn drain(&self) {
        let drain = Mode::Drain { since_millis: self.clock.now_millis() };
        self.mode.send_if_modified(|mode| {
            let moves = *mode == Mode::Follow;
            if moves {
                *mode = drain;
            }
            moves
        });
    }

    /// End now. What has been read and not handed out is forgotten; the next reader reads it again.
    pub fn stop(&self) {
        self.mode.send_replace(Mode::Stop);
    }
}

/// Waits until the reader is told to stop, or is gone.
pub(crate) async fn stopped(mode: &mut watch::Receiver<Mode>) {
    // An error means that the sender is gone, and with it everybody who could want more.
    let _ = mode.wait_for(|mode| *mode == Mode::Stop).await;
}
