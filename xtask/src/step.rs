//! Steps: what is run is printed first, timed, and named when it fails.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Steps that have been taken, for the summary.
#[derive(Default)]
pub(crate) struct Steps {
    taken: Vec<(String, Duration)>,
    passed_over: Vec<String>,
}

impl Steps {
    /// Takes a step. When it fails, the summary of what came before is printed and the error names the step.
    pub(crate) fn take<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n=== {name}");
        let started = now();
        let result = step();
        let elapsed = started.elapsed();
        match result {
            Ok(value) => {
                println!("--- {name}: {}", shown(elapsed));
                self.taken.push((name.to_owned(), elapsed));
                Ok(value)
            }
            Err(error) => {
                self.taken.push((format!("{name}, FAILED"), elapsed));
                self.summarise();
                Err(error.context(format!("step `{name}` failed")))
            }
        }
    }

    /// Says that a step is not taken, and why.
    pub(crate) fn pass_over(&mut self, name: &str, reason: &str) {
        println!("\n=== {name}: passed over, {reason}");
        self.passed_over.push(format!("{name}: {reason}"));
    }

    pub(crate) fn summarise(&self) {
        println!("\nsummary");
        for (name, elapsed) in &self.taken {
            println!("  {name:<16} {:>12}", shown(*elapsed));
        }
        let total: Duration = self.taken.iter().map(|(_, elapsed)| *elapsed).sum();
        println!("  {:<16} {:>12}", "total", shown(total));
        for note in &self.passed_over {
            println!("  passed over: {note}");
        }
    }
}

/// Says on stderr which command runs, so that stdout is left to what it prints, and runs it to its end; a failure names it.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}`: {status}");
    }
    Ok(())
}

/// A command as it would be typed.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[expect(clippy::disallowed_methods, reason = "steps are real processes; there is no clock to pause")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

fn shown(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    format!("{} min {:02} s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
}
