//! One pass of a measurement, as a child process prints it: a line of JSON.

use alluvium_load::Usage;
use serde_json::{Value, json};

/// What a pass did and took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pass {
    /// Rows in the table at its end.
    pub(crate) rows: u64,
    /// Seconds of the pass itself.
    pub(crate) seconds: f64,
    /// Seconds since the process was started; the parent's own clock.
    pub(crate) since_start: f64,
    /// Processor time of the pass.
    pub(crate) cpu_seconds: f64,
    /// The most memory of the process so far, MiB.
    pub(crate) peak_mib: f64,
}

impl Pass {
    /// A pass between two looks at the process.
    pub(crate) fn between(rows: u64, seconds: f64, before: Usage, after: Usage) -> Self {
        Self {
            rows,
            seconds,
            since_start: 0.0,
            cpu_seconds: after.cpu_seconds - before.cpu_seconds,
            peak_mib: after.memory_peak_mib,
        }
    }

    /// Prints it for the parent.
    pub(crate) fn print(&self) {
        let Self { rows, seconds, cpu_seconds, peak_mib, .. } = self;
        println!(
            "{}",
            json!({"rows": rows, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mib": peak_mib})
        );
    }

    /// Reads what a child printed.
    pub(crate) fn of_json(line: &Value, since_start: f64) -> Option<Self> {
        Some(Self {
            rows: line["rows"].as_u64()?,
            seconds: line["seconds"].as_f64()?,
            since_start,
            cpu_seconds: line["cpu_seconds"].as_f64()?,
            peak_mib: line["peak_mib"].as_f64()?,
        })
    }

    /// Rows in a second of the pass.
    pub(crate) fn rows_per_sec(&self) -> f64 {
        self.rows as f64 / self.seconds
    }

    /// Processor time of one row, in microseconds.
    pub(crate) fn cpu_micros(&self) -> f64 {
        1e6 * self.cpu_seconds / self.rows as f64
    }
}
