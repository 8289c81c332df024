//! Ctrl-C and SIGTERM: the first asks for a drain, the second ends the process.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first Ctrl-C or SIGTERM. At the second the process ends with 128 + 2, as a shell expects.
pub(crate) fn token() -> std::io::Result<CancellationToken> {
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminations = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let asked = token.clone();
    tokio::spawn(async move {
        let mut first = true;
        loop {
            tokio::select! {
                _ = interrupts.recv() => {}
                _ = terminations.recv() => {}
            }
            if !first {
                std::process::exit(130);
            }
            first = false;
            crate::progress::note("stopping: finishing what is in flight (again to stop at once)");
            asked.cancel();
        }
    });
    Ok(token)
}
