//! A MariaDB and a PostgreSQL server of one's own: in a temporary folder, on a free port, with TLS, gone with the test's process.
//!
//! What must stay true: no server outlives the tests, however they end, and none listens beyond loopback.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use fs_err as fs;
use tempfile::TempDir;

use crate::program::text;
use crate::tool::tool;
use crate::wait::wait_until;

/// `mariadbd`, set by `cargo xtask test`.
const MARIADB_VARIABLE: &str = "ALLUVIUM_MARIADB";
/// The folder of PostgreSQL's programs, set by `cargo xtask test`.
const POSTGRESQL_VARIABLE: &str = "ALLUVIUM_POSTGRESQL";
/// Whom PostgreSQL, which refuses to be root, runs as when we are: the first that there is.
const POSTGRESQL_USERS: [&str; 2] = ["postgres", "nobody"];

/// The user of the servers, who may do everything.
pub const DATABASE_USER: &str = "alluvium";
/// Their password.
pub const DATABASE_PASSWORD: &str = "s3cr3t: of #the 'tests'";
/// Their database.
pub const DATABASE_NAME: &str = "posts";

/// A running database server; it ends when the value is dropped, or with the process.
#[derive(Debug)]
pub struct DatabaseServer {
    /// `mysql` or `postgresql`.
    pub driver: &'static str,
    /// The port on 127.0.0.1.
    pub port: u16,
    command: Vec<String>,
    running: Option<Child>,
    folder: TempDir,
}

/// A MariaDB server; `None`, with a line that says so, when a test runs without it.
///
/// # Panics
/// When it is required and missing, or does not start.
pub fn mariadb() -> Option<DatabaseServer> {
    let daemon = tool(MARIADB_VARIABLE)?;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let datadir = format!("--datadir={}", text(&data));
    finish(Command::new("mariadb-install-db").args([
        "--no-defaults",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--user=root",
        &datadir,
    ]));
    let (certificate, key) = certificate(folder.path());
    let first_sql = folder.path().join("first.sql");
    let password = DATABASE_PASSWORD.replace('\'', "''");
    let sql = format!(
        "CREATE DATABASE IF NOT EXISTS {DATABASE_NAME};\n\
         CREATE USER IF NOT EXISTS '{DATABASE_USER}'@'%' IDENTIFIED BY '{password}';\n\
         GRANT ALL ON *.* TO '{DATABASE_USER}'@'%';\n"
    );
    fs::write(&first_sql, sql).expect("a temporary file can be written");
    let port = free_port();
    let command = [
        text(&daemon).to_owned(),
        "--no-defaults".to_owned(),
        "--user=root".to_owned(),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--port={port}"),
        format!("--socket={}", text(&folder.path().join("socket"))),
        format!("--init-file={}", text(&first_sql)),
        format!("--ssl-cert={}", text(&certificate)),
        format!("--ssl-key={}", text(&key)),
        "--innodb-flush-log-at-trx-commit=2".to_owned(),
        "--innodb-buffer-pool-size=32M".to_owned(),
        datadir,
    ];
    Some(DatabaseServer::start("mysql", port, command.into(), folder))
}

/// A PostgreSQL server; `None`, with a line that says so, when a test runs without it.
///
/// # Panics
/// When it is required and missing, or does not start.
pub fn postgresql() -> Option<DatabaseServer> {
    let programs = tool(POSTGRESQL_VARIABLE)?;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let user = other_user();
    let (certificate, key) = certificate(folder.path());
    let password = folder.path().join("password");
    fs::write(&password, DATABASE_PASSWORD).expect("a temporary file can be written");
    if let Some(user) = user {
        finish(Command::new("chown").args(["-R", user, text(folder.path())]));
    }
    let data = folder.path().join("data");
    let program = |name: &str| text(&programs.join(name)).to_owned();
    let as_user = |command: Vec<String>| match user {
        Some(user) => {
            let change = ["setpriv", "--reuid", user, "--regid", "nogroup", "--clear-groups"];
            change.map(str::to_owned).into_iter().chain(command).collect()
        }
        None => command,
    };
    let initdb = as_user(vec![
        program("initdb"),
        format!("--pgdata={}", text(&data)),
        format!("--username={DATABASE_USER}"),
        format!("--pwfile={}", text(&password)),
        "--auth=scram-sha-256".to_owned(),
        "--encoding=UTF8".to_owned(),
        "--locale=C.UTF-8".to_owned(),
        "--no-sync".to_owned(),
    ]);
    finish(Command::new(&initdb[0]).args(&initdb[1..]).current_dir(folder.path()));
    let create = format!("CREATE DATABASE {DATABASE_NAME};\n");
    let single = as_user(vec![
        program("postgres"),
        "--single".to_owned(),
        "-D".to_owned(),
        text(&data).to_owned(),
        "postgres".to_owned(),
    ]);
    let made = crate::run(Command::new(&single[0]).args(&single[1..]), create.as_bytes());
    assert_eq!(made.code(), 0, "{}", made.stderr);
    let port = free_port();
    let command = as_user(vec![
        program("postgres"),
        "-D".to_owned(),
        text(&data).to_owned(),
        "-p".to_owned(),
        port.to_string(),
        "-k".to_owned(),
        text(folder.path()).to_owned(),
        "-clisten_addresses=127.0.0.1".to_owned(),
        "-cfsync=off".to_owned(),
        "-cssl=on".to_owned(),
        format!("-cssl_cert_file={}", text(&certificate)),
        format!("-cssl_key_file={}", text(&key)),
    ]);
    Some(DatabaseServer::start("postgresql", port, command, folder))
}

impl DatabaseServer {
    fn start(driver: &'static str, port: u16, command: Vec<String>, folder: TempDir) -> Self {
        let mut server = Self { driver, port, command, running: None, folder };
        server.start_again();
        server
    }

    /// Starts it once more after [`DatabaseServer::stop`], over the same data, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).expect("a temporary file can be written");
        let mut command = Command::new("setpriv");
        // The system ends it when the thread that started it ends, which lives as long as the process. A change of the user
        // would undo that, so it is asked for by the same call.
        let arguments = if self.command[0] == "setpriv" { &self.command[1..] } else { &self.command[..] };
        command.args(["--pdeathsig", "KILL"]).args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.into_parts().0);
        let (sender, started) = channel();
        thread::spawn(move || {
            let _ = sender.send(command.spawn());
            loop {
                thread::park();
            }
        });
        let child = started.recv().expect("the thread answers").expect("setpriv is part of every Linux");
        self.running = Some(child);
        let port = self.port;
        wait_until(&format!("{} listens on port {port}", self.driver), || {
            let ended = self.running.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            assert!(!ended, "{} ended: {}", self.driver, self.log());
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
    }

    /// Ends it at once, as a crash would; connections break.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn stop(&mut self) {
        let Some(mut child) = self.running.take() else { return };
        // PostgreSQL's own processes go with it only when it tells them to.
        let signal = if self.driver == "postgresql" { "-QUIT" } else { "-KILL" };
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{} could not be ended", self.driver);
        child.wait().expect("the child can be waited for");
    }

    /// The PEM file of the authority that vouches for its certificate, which is for `localhost`.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// A `db_creds.yaml` with mode 0600 for the user, with these lines beside.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn credentials_file(&self, folder: &Path, lines: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join(format!("{}_creds.yaml", self.driver));
        let password = DATABASE_PASSWORD.replace('\'', "''");
        let yaml = format!(
            "DRIVER: {}\nHOST: localhost\nPORT: {}\nUSER: {DATABASE_USER}\nPASSWORD: '{password}'\nDATABASE: {DATABASE_NAME}\n{lines}",
            self.driver, self.port
        );
        fs::write(&path, yaml).expect("a temporary file can be written");
        fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("the file is ours");
        path
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}

/// A certificate for `localhost` that is its own authority, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    finish(Command::new("openssl").args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-out",
        text(&certificate),
        "-keyout",
        text(&key),
    ]));
    (certificate, key)
}

/// Whom to be in place of root; `None` when we are not root.
fn other_user() -> Option<&'static str> {
    let id = |arguments: &[&str]| Command::new("id").args(arguments).output();
    let is_root = id(&["-u"]).is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    let exists = |user: &&&str| id(&["-u", user]).is_ok_and(|id| id.status.success());
    if is_root { POSTGRESQL_USERS.iter().find(exists).copied() } else { None }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address").port()
}

fn finish(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
