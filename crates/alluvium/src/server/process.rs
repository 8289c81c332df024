//! The process as Prometheus sees it: its metrics, its connections, its memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use alluvium_cloudwatch::{Metrics, ProcessNumber, ProcessValue};
use fs_err as fs;

/// What the process tells of itself. Clones are the same view.
#[derive(Debug, Clone)]
pub(crate) struct ProcessView {
    metrics: Metrics,
    connections: Arc<ConnectionCounts>,
}

#[derive(Debug, Default)]
struct ConnectionCounts {
    accepted: AtomicU64,
    open: AtomicU64,
}

/// A connection that is open as long as this value lives.
pub(super) struct OpenConnection(Arc<ConnectionCounts>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ProcessView {
    /// A view of these metrics and of this process.
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self { metrics, connections: Arc::default() }
    }

    /// Counts a connection.
    pub(super) fn connection(&self) -> OpenConnection {
        self.connections.accepted.fetch_add(1, Ordering::Relaxed);
        self.connections.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(&self.connections))
    }

    /// Everything as text, with what the services tell of themselves; `None` when the process ends meanwhile.
    pub(crate) async fn text(&self, mut values: Vec<ProcessValue>) -> Option<String> {
        let view = self.clone();
        // Many shards make a long text, and memory is read from a file.
        let made = tokio::task::spawn_blocking(move || {
            values.extend(view.values());
            view.metrics.prometheus(values)
        });
        made.await.ok()
    }

    fn values(&self) -> Vec<ProcessValue> {
        let value = |name, help, value| ProcessValue { name, help, labels: Vec::new(), value };
        let open = self.connections.open.load(Ordering::Relaxed);
        let accepted = self.connections.accepted.load(Ordering::Relaxed);
        let mut values = vec![
            ProcessValue {
                labels: vec![("version", env!("CARGO_PKG_VERSION").to_owned())],
                ..value("alluvium_build_info", "The version that runs", ProcessNumber::Gauge(1.0))
            },
            value("alluvium_connections", "Connections that are open", ProcessNumber::Gauge(open as f64)),
            value("alluvium_connections_accepted", "Connections accepted", ProcessNumber::Counter(accepted)),
        ];
        values.extend(resident_bytes().map(|bytes| {
            let help = "Memory that the process holds";
            value("alluvium_memory_resident_bytes", help, ProcessNumber::Gauge(bytes as f64))
        }));
        values
    }
}

/// Memory that the process holds, in bytes; only Linux tells.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1_024)
}

#[cfg(test)]
mod tests {
    use alluvium_clock::Clock;

    use super::*;

    #[tokio::test]
    async fn connections_are_counted_while_they_are_open() {
        let view = ProcessView::new(Metrics::new(Clock::system()));
        let first = view.connection();
        let second = view.connection();
        drop(first);
        let text = view.text(Vec::new()).await.unwrap();
        for line in ["alluvium_connections 1.0", "alluvium_connections_accepted_total 2", "# EOF"] {
            assert!(text.lines().any(|present| present == line), "{line}\nis not in\n{text}");
        }
        drop(second);
        if cfg!(target_os = "linux") {
            assert!(resident_bytes().unwrap() > 100_000);
        }
    }
}
