//! One run: the server on a core of its own, both ways in turn, and the table.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use alluvium_load::{Connection, Outcome, Process, pin_self};
use anyhow::{Context, Result, bail};

use crate::requests;
use crate::serve::API_ID_FILE;

const SERVER_CORE: usize = 0;
const LOAD_CORE: usize = 1;

pub(crate) async fn run(directory: &Path, seconds: f64, rounds: usize, connections: usize) -> Result<()> {
    let (server, address, api_id) = start(directory, &[requests::STREAM]).await?;
    let ways = [
        ("directly", Rc::new(requests::direct(address)?)),
        ("through the gateway", Rc::new(requests::through_gateway(address, &api_id))),
    ];
    println!(
        "| way | records/s | records per CPU second | CPU of one | p50 | p99 |\n|---|---|---|---|---|---|"
    );
    let mut best: [Option<Outcome>; 2] = [None, None];
    for _ in 0..rounds {
        for ((name, prepared), best) in ways.iter().zip(&mut best) {
            let outcome = alluvium_load::run(address, prepared, connections, seconds, &server).await?;
            show(name, &outcome);
            if best.as_ref().is_none_or(|best| outcome.records_per_cpu_sec() > best.records_per_cpu_sec()) {
                *best = Some(outcome);
            }
        }
    }
    if let [Some(direct), Some(gateway)] = best {
        let percent = |of: fn(&Outcome) -> f64| 100.0 * of(&gateway) / of(&direct);
        println!(
            "\nthrough the gateway: {:.0}% of the direct records per second, {:.0}% per CPU second (best rounds)",
            percent(Outcome::records_per_sec),
            percent(Outcome::records_per_cpu_sec),
        );
    }
    server.interrupt().await
}

/// Starts the server on its core with these streams; this process has the other core from then on.
pub(crate) async fn start(directory: &Path, streams: &[&str]) -> Result<(Process, SocketAddr, String)> {
    fs_err::create_dir_all(directory)?;
    let address = TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("serve").arg(directory).arg(address.to_string());
    let mut server = Process::start(&command, SERVER_CORE, &directory.join("server.log"))?;
    pin_self(LOAD_CORE)?;
    wait(&mut server, address).await?;
    let api_id = fs_err::read_to_string(directory.join(API_ID_FILE))?;
    for stream in streams {
        let create = requests::create_stream(address, stream)?;
        let created = Connection::new(address).exchange(&create, None).await?;
        if created != 200 {
            bail!("CreateStream answered {created}");
        }
    }
    Ok((server, address, api_id))
}

fn show(name: &str, outcome: &Outcome) {
    println!(
        "| {name} | {:.0} | {:.0} | {:.1} us | {:.1} ms | {:.1} ms |",
        outcome.records_per_sec(),
        outcome.records_per_cpu_sec(),
        1e6 / outcome.records_per_cpu_sec(),
        outcome.millis_at(50),
        outcome.millis_at(99),
    );
}

/// Waits until the server answers anything at all.
async fn wait(server: &mut Process, address: SocketAddr) -> Result<()> {
    for _ in 0..2_000 {
        server.check_running()?;
        let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n");
        if Connection::new(address).exchange(request.as_bytes(), None).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("the server does not answer")
}
