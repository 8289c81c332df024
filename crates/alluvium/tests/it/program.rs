//! How these tests start the program and talk to it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use alluvium_testkit::{Finished, Program, Python, record_answer, run, wait_until};

/// A command of the built program, without settings of whoever runs the tests.
pub(crate) fn alluvium(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alluvium"));
    command.args(arguments);
    for name in ["ALLUVIUM_LOG", "RUST_LOG", "AWS_ENDPOINT_URL", "AWS_PROFILE"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program to its end.
pub(crate) fn finished(arguments: &[&str]) -> Finished {
    run(&mut alluvium(arguments), b"")
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a test's path is UTF-8")
}

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `serve` with a data directory of its own.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) endpoint: String,
    pub(crate) ready: serde_json::Value,
    _secrets: MadeSecrets,
}

impl Server {
    /// Starts it on a free port.
    pub(crate) fn start(data_dir: &Path, more: &[&str]) -> Self {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--json", "--data-dir", text(data_dir)];
        arguments.extend_from_slice(more);
        let mut program = Program::start(&mut alluvium(&arguments));
        let ready = program.ready();
        let endpoint = ready["endpoint"].as_str().expect("the ready line names the endpoint").to_owned();
        Self { program, endpoint, ready, _secrets: MadeSecrets(data_dir.to_owned()) }
    }
}

/// Has the secrets that a server made searched for in what it said.
pub(crate) struct MadeSecrets(PathBuf);

impl Drop for MadeSecrets {
    fn drop(&mut self) {
        secrets_of_data_dir(&self.0);
    }
}

/// Tells the recording of the secrets that a data directory holds: those of users' keys.
pub(crate) fn secrets_of_data_dir(data_dir: &Path) {
    let Ok(kept) = fs_err::read_to_string(data_dir.join("iam/iam.json")) else { return };
    let Ok(kept) = serde_json::from_str::<serde_json::Value>(&kept) else { return };
    for user in kept["users"].as_array().into_iter().flatten() {
        for key in user["access_keys"].as_array().into_iter().flatten() {
            let secret =
                key["secret_access_key"].as_str().expect("docs/format/iam.md says where a secret is");
            alluvium_testkit::secret_in_use("a user's key", secret);
        }
    }
}

/// moto's server: other services of AWS beside ours.
pub(crate) struct Moto {
    pub(crate) program: Program,
    pub(crate) url: String,
}

impl Moto {
    /// Starts it on a port that was free a moment ago; moto takes no port 0.
    pub(crate) fn start(python: &Python) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .expect("a port");
        let mut command = python.tool("moto_server");
        let program = Program::start(command.args(["-H", "127.0.0.1", "-p", &port.to_string()]));
        wait_until("moto answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { program, url: format!("http://127.0.0.1:{port}") }
    }
}

/// An answer of an HTTP server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }
}

/// One request as `curl` sends it: HTTP/1.1, a JSON body, one connection. `url` is `http://host:port/path`.
pub(crate) fn http(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    try_http(method, url, headers, body).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

/// The same to a server that may be gone.
pub(crate) fn try_http(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Answer> {
    let rest = url.strip_prefix("http://").expect("tests speak plain HTTP");
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut socket = TcpStream::connect(authority)?;
    socket.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout can be set");
    let mut request =
        format!("{method} /{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.extend(["Host: ", authority, "\r\n"]);
    }
    for (name, value) in headers {
        request.extend([*name, ": ", *value, "\r\n"]);
    }
    request.push_str("\r\n");
    socket.write_all(request.as_bytes())?;
    // A server that refuses a large body may close before it is sent whole.
    let _ = socket.write_all(body.as_bytes());
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let broken = || std::io::Error::other(format!("no whole HTTP answer: {answer:?}"));
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    record_answer(&format!("{method} /{path}"), &answer);
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunk(body)
    } else {
        body.to_owned()
    };
    Ok(Answer { status, head: head.to_owned(), body })
}

/// The headers of a Kinesis request that anybody may send to a server without users.
pub(crate) fn kinesis_headers(target: &str) -> [(&str, &str); 4] {
    [
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amz-Target", target),
        ("X-Amz-Date", "20260101T000000Z"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAANYBODY/20260101/us-east-1/kinesis/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
        ),
    ]
}

/// One Kinesis operation.
pub(crate) fn kinesis(endpoint: &str, operation: &str, body: &serde_json::Value) -> Answer {
    try_kinesis(endpoint, operation, body).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// The same to a server that may be gone.
pub(crate) fn try_kinesis(
    endpoint: &str,
    operation: &str,
    body: &serde_json::Value,
) -> std::io::Result<Answer> {
    let target = format!("Kinesis_20131202.{operation}");
    try_http("POST", endpoint, &kinesis_headers(&target), &body.to_string())
}

fn unchunk(mut text: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = text.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).expect("a chunk size");
        if size == 0 {
            break;
        }
        whole.push_str(&rest[..size]);
        text = &rest[size + 2..];
    }
    whole
}
