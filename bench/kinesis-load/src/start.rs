//! Start and idle: how long until the first answer, and what a server takes that does nothing.

use std::time::Duration;

use anyhow::Result;

use crate::arguments::RunArguments;
use crate::control::Server;
use crate::{table, target};

/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(3);

pub(crate) async fn run(run: &RunArguments) -> Result<()> {
    table::head(
        "Start and idle",
        "From the start of the process to its first answer; then memory, and processor time while nobody asks.",
        &["server", "first answer", "memory", "processor"],
    );
    for target in target::present(run).into_iter().filter(|target| target.keeps_records()) {
        let mut ready = Duration::MAX;
        for round in 0..run.rounds {
            ready = ready.min(Server::start(run, target, &format!("start-{round}")).await?.ready);
            fs_err::remove_dir_all(run.data_dir.join(format!("start-{round}")))?;
        }
        let server = Server::start(run, target, "start").await?;
        let before = server.process.usage()?;
        tokio::time::sleep(IDLE).await;
        let after = server.process.usage()?;
        let share = (after.cpu_seconds - before.cpu_seconds) / IDLE.as_secs_f64() * 100.0;
        table::row(&[
            target.name.to_owned(),
            table::millis(ready.min(server.ready).as_secs_f64() * 1e3),
            table::mib(after.memory_mib),
            format!("{share:.1}%"),
        ]);
        drop(server);
        fs_err::remove_dir_all(run.data_dir.join("start"))?;
    }
    Ok(())
}
