//! Servers as processes: started on one core, watched through /proc, ended.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Clock ticks of /proc in a second; Linux shows 100 on every machine.
const TICKS_PER_SEC: f64 = 100.0;

/// A process that ends with this value.
#[derive(Debug)]
pub struct Process(Child);

/// What a process has taken so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Processor time, of the program and of the system on its behalf.
    pub cpu_seconds: f64,
    /// Memory now, in MiB.
    pub memory_mib: f64,
    /// The most memory so far, in MiB.
    pub memory_peak_mib: f64,
}

impl Process {
    /// Starts a command on a core; what it prints goes to `log`.
    pub fn start(command: &Command, core: usize, log: &Path) -> Result<Self> {
        let mut pinned = Command::new("taskset");
        pinned.arg("-c").arg(core.to_string()).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                pinned.env(name, value);
            }
        }
        if let Some(directory) = command.get_current_dir() {
            pinned.current_dir(directory);
        }
        let log = fs_err::File::create(log)?.into_parts().0;
        pinned.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = pinned.spawn().with_context(|| format!("cannot start {command:?}"))?;
        Ok(Self(child))
    }

    /// Fails when the process has ended.
    pub fn check_running(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            Some(status) => bail!("the server has ended: {status}"),
            None => Ok(()),
        }
    }

    /// What it has taken so far.
    pub fn usage(&self) -> Result<Usage> {
        usage_of(&self.0.id().to_string())
    }

    /// Asks it to end as Ctrl-C does, and waits until it has.
    pub async fn interrupt(mut self) -> Result<()> {
        Command::new("kill").arg("-INT").arg(self.0.id().to_string()).status()?;
        for _ in 0..2_000 {
            if self.0.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the server has not ended 10 s after it was interrupted")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What this process itself has taken so far.
pub fn own_usage() -> Result<Usage> {
    usage_of("self")
}

fn usage_of(process: &str) -> Result<Usage> {
    let stat = fs_err::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15, the 12th and 13th after it.
    let after_name = stat.rsplit_once(')').context("/proc stat has a name")?.1;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<u64, _>>()?;
    let status = fs_err::read_to_string(format!("/proc/{process}/status"))?;
    Ok(Usage {
        cpu_seconds: ticks as f64 / TICKS_PER_SEC,
        memory_mib: mib_of(&status, "VmRSS:"),
        memory_peak_mib: mib_of(&status, "VmHWM:"),
    })
}

/// Binds this process to a core.
pub fn pin_self(core: usize) -> Result<()> {
    let mut command = Command::new("taskset");
    command.arg("-cp").arg(core.to_string()).arg(std::process::id().to_string());
    let done = command.output().context("cannot run taskset (util-linux), which binds to cores")?;
    if !done.status.success() {
        bail!("taskset: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(())
}

fn mib_of(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
