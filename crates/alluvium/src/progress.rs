//! What people see while they wait: a bar on a terminal, plain lines elsewhere. Results go to stdout, all else to stderr.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

/// How often a plain progress line is written where there is no terminal; what is done before the first shows none.
const PLAIN_INTERVAL: Duration = Duration::from_secs(2);

/// Prints a result on stdout, with a line feed.
pub(crate) fn result_line(text: &str) -> std::io::Result<()> {
    result_text(&format!("{text}\n"))
}

/// Prints text that ends as it ends. A reader that went away is not an error of ours; a full disk is.
pub(crate) fn result_text(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(std::io::Error::new(error.kind(), format!("cannot write the result: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Prints the message of a failed command.
pub(crate) fn error_line(message: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "error: {message}");
}

/// Says what happens now.
pub(crate) fn note(message: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{message}");
}

/// The progress of something that is counted.
#[derive(Debug)]
pub(crate) struct Counter {
    bar: Option<ProgressBar>,
    label: &'static str,
    last_line: Instant,
}

impl Counter {
    /// Starts to show progress towards `total`; without one, only what was done.
    pub(crate) fn start(label: &'static str, total: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
            let template = if total.is_some() {
                "{prefix} {wide_bar} {pos}/{len}  {msg}  {elapsed}"
            } else {
                "{prefix} {spinner} {pos}  {msg}  {elapsed}"
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_prefix(label);
            bar
        });
        Self { bar, label, last_line: Instant::now() }
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, done: u64, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            bar.set_message(message.to_owned());
            return;
        }
        let now = Instant::now();
        if now.duration_since(self.last_line) >= PLAIN_INTERVAL {
            self.last_line = now;
            note(&format!("{}: {done} {message}", self.label));
        }
    }

    /// Takes the bar away and leaves one line.
    pub(crate) fn finish(self, message: &str) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        note(&format!("{}: {message}", self.label));
    }
}
