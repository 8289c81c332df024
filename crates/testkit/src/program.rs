//! The built program as a child process: started, listened to, stopped by its own process id.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::recording::{record_output, secrets_of_command};

/// The longest that a test waits for a line or an end of the program before it calls it hung.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a program that has ended left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
}

impl Finished {
    /// The exit code; -1 when a signal ended it.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or(-1)
    }

    /// The output as one JSON value.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}\nstderr: {}", self.stdout, self.stderr))
    }

    /// The output as one JSON value per line.
    ///
    /// # Panics
    /// When a line is none.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"))
        };
        self.stdout.lines().map(parse).collect()
    }
}

/// Runs a command to its end, with `input` on its standard input.
///
/// # Panics
/// When it cannot be started or hangs.
pub fn run(command: &mut Command, input: &[u8]) -> Finished {
    use std::io::Write;
    secrets_of_command(command);
    let source = source(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_vec();
    // A program that ends early closes the pipe; what it says about that is in its output.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = collect(child.stdout.take().expect("stdout is piped"));
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    let stdout = stdout.recv_timeout(PATIENCE);
    if stdout.is_err() {
        let _ = child.kill();
        panic!("{command:?} did not end within {PATIENCE:?}");
    }
    let status = child.wait().expect("the child can be waited for");
    let _ = writer.join();
    let stdout = stdout.unwrap_or_default();
    let stderr = stderr.recv_timeout(PATIENCE).unwrap_or_default();
    if let Some(source) = source {
        record_output(&format!("{source}, stdout"), &stdout);
        record_output(&format!("{source}, stderr"), &stderr);
    }
    Finished { status, stdout, stderr }
}

/// What the recording calls the program under test and its command; `None` for another program, whose output is not ours.
fn source(command: &Command) -> Option<String> {
    let name = Path::new(command.get_program()).file_stem()?.to_str()?;
    let first = command.get_args().next().and_then(|argument| argument.to_str()).unwrap_or_default();
    (name == "alluvium").then(|| format!("{name} {first}"))
}

fn collect(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// A program that runs beside the test; it is killed when the value is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    stderr: Option<Receiver<String>>,
    /// What the recording calls it.
    source: Option<String>,
}

impl Program {
    /// Starts a command.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        secrets_of_command(command);
        let source = source(command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let lines = read_lines(child.stdout.take().expect("stdout is piped"), source.clone());
        let stderr = Some(collect(child.stderr.take().expect("stderr is piped")));
        Self { child, lines, stderr, source }
    }

    /// The next line of its standard output.
    ///
    /// # Panics
    /// When it ends or hangs before it writes one.
    pub fn line(&mut self) -> String {
        if let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            return line;
        }
        let _ = self.child.kill();
        panic!("no line came; stderr: {}", self.rest_of_stderr());
    }

    /// The first line of its standard output that is a JSON object: what `serve --json` prints when it is ready.
    ///
    /// # Panics
    /// When none comes.
    pub fn ready(&mut self) -> serde_json::Value {
        let line = self.line();
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the ready line is no JSON ({error}): {line}"))
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as `kill -9` does and waits until it is gone.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn kill(mut self) {
        self.child.kill().expect("the child can be killed");
        self.child.wait().expect("the child can be waited for");
    }

    /// Sends it an interrupt, as Ctrl-C does, and waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn interrupt(self) -> Finished {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the interrupt could not be sent");
        self.wait()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn wait(mut self) -> Finished {
        let mut stdout = String::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    stdout.push_str(&line);
                    stdout.push('\n');
                }
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    panic!("the program did not end within {PATIENCE:?}");
                }
            }
        }
        let status = self.child.wait().expect("the child can be waited for");
        Finished { status, stdout, stderr: self.rest_of_stderr() }
    }

    /// All of its standard error, once it has ended.
    fn rest_of_stderr(&mut self) -> String {
        let Some(stderr) = self.stderr.take() else { return String::new() };
        let text = stderr.recv_timeout(PATIENCE).unwrap_or_default();
        if let Some(source) = &self.source {
            record_output(&format!("{source}, stderr"), &text);
        }
        text
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.rest_of_stderr();
    }
}

fn read_lines(stdout: ChildStdout, source: Option<String>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { return };
            if let Some(source) = &source {
                record_output(&format!("{source}, stdout"), &line);
            }
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A path as text; tests only meet paths that are.
///
/// # Panics
/// When it is not UTF-8.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a test's path is UTF-8")
}
