//! `cargo xtask bench templates`: our template engine beside Apache Velocity 1.7, velocityjs and airspeed, in one run.
//!
//! What must stay true: every engine renders the same templates (`bench/templates`) from the same stubs, parsed once and warm, and
//! one after the other, so that no one takes another's processor.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{execute, line};
use crate::workspace::Workspace;

/// What Debian's `velocity` and its dependencies install.
const JARS: [&str; 3] = ["velocity.jar", "commons-collections3.jar", "commons-lang.jar"];
const JARS_DIR: &str = "/usr/share/java";

/// Nanoseconds and characters of one rendering, by template.
type Measured = Vec<(String, f64, u64)>;

pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (peers, installs) = read_arguments(workspace, arguments)?;
    if installs {
        install(&peers)?;
    }
    let scripts = workspace.root.join("bench/templates");
    let measure_ours = || measure(&mut Command::new(workspace.target.join("release/examples/render_speed")));
    let mut ours = measure_ours()?;
    let mut others = Vec::new();
    for (name, command) in peer_commands(&peers, &scripts) {
        match command {
            Some(mut command) => others.push((name, measure(&mut command)?)),
            None => eprintln!("{name} is left out: it is not installed; --install-peers does that"),
        }
    }
    // Ours is over soonest and would see one moment of a busy machine: the better of before and after counts.
    for (before, after) in ours.iter_mut().zip(measure_ours()?) {
        before.1 = before.1.min(after.1);
    }
    println!("| engine | template | one rendering | times ours | characters |");
    println!("|---|---|---|---|---|");
    print_rows("ours", &ours, &ours);
    for (name, measured) in &others {
        print_rows(name, measured, &ours);
    }
    Ok(())
}

fn read_arguments(workspace: &Workspace, arguments: &[String]) -> Result<(PathBuf, bool)> {
    let (mut peers, mut installs) = (workspace.target.join("bench-templates"), false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--install-peers" => installs = true,
            "--peers-dir" => peers = rest.next().context("--peers-dir needs a directory")?.into(),
            other => bail!("`{other}` is no argument of this bench: --peers-dir DIR, --install-peers"),
        }
    }
    Ok((peers, installs))
}

/// Installs what is missing, each by the client of its own registry.
fn install(peers: &Path) -> Result<()> {
    let npm = peers.join("npm");
    if !npm.join("node_modules/velocityjs").exists() {
        fs_err::create_dir_all(&npm)?;
        let mut command = Command::new("npm");
        execute(command.args(["install", "--no-audit", "--no-fund", "velocityjs@2"]).current_dir(&npm))?;
    }
    let airspeed = peers.join("airspeed");
    if !airspeed.join("bin/python").exists() {
        execute(Command::new("python3").args(["-m", "venv"]).arg(&airspeed))?;
        execute(Command::new(airspeed.join("bin/pip")).args(["install", "--quiet", "airspeed>=0.7,<0.8"]))?;
    }
    if !has_velocity() {
        execute(Command::new("apt-get").args(["install", "--yes", "velocity", "openjdk-17-jdk-headless"]))?;
    }
    Ok(())
}

fn has_velocity() -> bool {
    JARS.iter().all(|jar| Path::new(JARS_DIR).join(jar).exists())
}

/// The other engines, each with the command that measures it when it is there.
fn peer_commands(peers: &Path, scripts: &Path) -> [(&'static str, Option<Command>); 3] {
    let velocity = has_velocity().then(|| {
        let class_path = JARS.map(|jar| format!("{JARS_DIR}/{jar}")).join(":");
        let mut command = Command::new("java");
        command.args(["-cp", &class_path]).arg(scripts.join("VelocitySpeed.java")).arg(scripts);
        command
    });
    let npm = peers.join("npm");
    let velocityjs = npm.join("node_modules/velocityjs").exists().then(|| {
        let mut command = Command::new("node");
        command.arg(scripts.join("velocityjs_speed.cjs")).arg(scripts).current_dir(&npm);
        command
    });
    let python = peers.join("airspeed/bin/python");
    let airspeed = python.exists().then(|| {
        let mut command = Command::new(&python);
        command.arg(scripts.join("airspeed_speed.py")).arg(scripts);
        command
    });
    [("Apache Velocity 1.7", velocity), ("velocityjs", velocityjs), ("airspeed", airspeed)]
}

/// Runs a program that prints `template nanoseconds characters` per line.
fn measure(command: &mut Command) -> Result<Measured> {
    let output = command.output().with_context(|| format!("cannot run `{}`", line(command)))?;
    if !output.status.success() {
        bail!("`{}`: {}\n{}", line(command), output.status, String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut next = || words.next().with_context(|| format!("`{line}` is no measurement"));
            Ok((next()?.to_owned(), next()?.parse()?, next()?.parse()?))
        })
        .collect()
}

fn print_rows(engine: &str, measured: &Measured, ours: &Measured) {
    for (template, nanoseconds, characters) in measured {
        let own = ours.iter().find(|(name, ..)| name == template).map_or(f64::NAN, |(_, own, _)| *own);
        println!(
            "| {engine} | {template} | {:.2} us | {:.1} | {characters} |",
            nanoseconds / 1_000.0,
            nanoseconds / own
        );
    }
}
