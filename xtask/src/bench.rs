//! Benches by name. Figures are for bench/; nothing here passes or fails by how fast it was.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::bench_templates;
use crate::step::{execute, line, now};
use crate::workspace::Workspace;

struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace, &Build, &[String]) -> Result<()>,
}

/// The profile that a bench measures.
struct Build {
    arguments: &'static [&'static str],
    folder: &'static str,
}

const QUICK: Build = Build { arguments: &["build", "--package", "alluvium"], folder: "debug" };
const RELEASE: Build =
    Build { arguments: &["build", "--package", "alluvium", "--release"], folder: "release" };

const BENCHES: &[Bench] = &[
    Bench { name: "demo", about: "500 posts through the whole path: time and peak memory", run: demo },
    Bench {
        name: "kinesis",
        about: "load on our Kinesis server and on others; arguments after `--` go to kinesis-load run",
        run: kinesis,
    },
    Bench {
        name: "pipeline",
        about: "raw records to a Delta table, beside Spark; arguments after `--` go to pipeline-load run, --python PYTHON names Spark's",
        run: pipeline,
    },
    Bench {
        name: "templates",
        about: "rendering by our engine and by others; arguments after `--`: --peers-dir DIR, --install-peers",
        run: templates,
    },
];

/// Peak memory is read while the program runs, this often.
const MEMORY_EVERY: Duration = Duration::from_millis(20);

pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let own = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let (arguments, passed_on) = (&arguments[..own], arguments.get(own + 1..).unwrap_or_default());
    let is_release = arguments.iter().any(|argument| argument == "--release");
    let names: Vec<&str> = arguments.iter().map(String::as_str).filter(|name| *name != "--release").collect();
    if names.is_empty() {
        for bench in BENCHES {
            println!("{:<12} {}", bench.name, bench.about);
        }
        return Ok(());
    }
    let build = if is_release { RELEASE } else { QUICK };
    for name in names {
        let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
            bail!("there is no bench `{name}`; `cargo xtask bench` lists them");
        };
        (bench.run)(workspace, &build, passed_on).with_context(|| format!("bench `{name}`"))?;
    }
    Ok(())
}

/// Always the server as it is shipped: a quick build says nothing about its speed.
fn kinesis(workspace: &Workspace, _build: &Build, arguments: &[String]) -> Result<()> {
    for build in [
        ["build", "--release", "--package", "alluvium-kinesis-load", "--bins"].as_slice(),
        ["build", "--profile", "dist", "--package", "alluvium-kinesis-server", "--example", "serve"]
            .as_slice(),
    ] {
        execute(&mut workspace.cargo(build))?;
    }
    let mut load = Command::new(workspace.target.join("release/alluvium-kinesis-load"));
    load.arg("run");
    let given = |name: &str| arguments.iter().any(|argument| argument.split('=').next() == Some(name));
    if !given("--server") {
        load.arg("--server").arg(workspace.target.join("dist/examples/serve"));
    }
    if !given("--data-dir") {
        load.arg("--data-dir").arg(workspace.target.join("bench-kinesis"));
    }
    execute(load.args(arguments))
}

/// Always an optimised build, too; the first takes half an hour.
fn pipeline(workspace: &Workspace, _build: &Build, arguments: &[String]) -> Result<()> {
    execute(&mut workspace.cargo(&["build", "--release", "--package", "alluvium-pipeline-load"]))?;
    let mut load = Command::new(workspace.target.join("release/alluvium-pipeline-load"));
    load.arg("run");
    if !arguments.iter().any(|argument| argument.split('=').next() == Some("--data-dir")) {
        load.arg("--data-dir").arg(workspace.target.join("bench-pipeline"));
    }
    execute(load.args(arguments))
}

/// Always an optimised build, too.
fn templates(workspace: &Workspace, _build: &Build, arguments: &[String]) -> Result<()> {
    execute(&mut workspace.cargo(&[
        "build",
        "--release",
        "--package",
        "alluvium-vtl",
        "--example",
        "render_speed",
    ]))?;
    bench_templates::run(workspace, arguments)
}

fn demo(workspace: &Workspace, build: &Build, _arguments: &[String]) -> Result<()> {
    execute(&mut workspace.cargo(build.arguments))?;
    let folder = workspace.target.join("bench-demo");
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    let mut program = Command::new(workspace.program(build.folder));
    program.args(["demo", "--posts", "500", "--json", "--data-dir"]).arg(&folder).stdout(Stdio::null());
    println!("$ {}", line(&program));
    let started = now();
    let mut child = program.spawn().with_context(|| format!("cannot run `{}`", line(&program)))?;
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(peak_memory_kib(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(MEMORY_EVERY);
    };
    let elapsed = started.elapsed().as_secs_f64();
    if !status.success() {
        bail!("`{}`: {status}", line(&program));
    }
    println!(
        "demo, {} profile: {elapsed:.2} s from start to exit, peak memory {} MiB",
        build.folder,
        peak_kib / 1024
    );
    Ok(())
}

/// The most memory that a process has held so far. None where there is no /proc, and once it has ended.
fn peak_memory_kib(process: u32) -> Option<u64> {
    let status = fs_err::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
