//! What the tests of one run saw of the program, kept for the search for secrets: its output, its answers, and the secrets in use.
//!
//! Nothing is kept unless `ALLUVIUM_RECORDING` names a directory, as `cargo xtask test` does. What must stay true: each process
//! writes files of its own, a line at a time, so tests may run side by side; Python clients add theirs by `tests/recorder`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::secrets::{SECRET_BYTES_MIN, created_secrets};

/// Names the directory.
pub const RECORDING_VARIABLE: &str = "ALLUVIUM_RECORDING";
/// How the names of the files end that hold what was seen.
pub(crate) const RECORDS_ENDING: &str = ".records.jsonl";
/// How the names of the files end that hold the secrets; they are not searched.
pub(crate) const SECRETS_ENDING: &str = ".secrets.jsonl";

/// One writer at a time; other processes have files of their own.
static WRITING: Mutex<()> = Mutex::new(());

/// Keeps what a program wrote. `source` says which, such as `alluvium serve, stderr`.
pub fn record_output(source: &str, text: &str) {
    if !text.is_empty() {
        append(RECORDS_ENDING, &json!({ "source": source, "text": text }));
    }
}

/// Keeps an answer, its head and its body, of a request such as `POST /apikeys`. Secrets that it hands out, where AWS does so too,
/// are secrets from now on.
pub fn record_answer(request: &str, answer: &str) {
    if answer.is_empty() || directory().is_none() {
        return;
    }
    append(RECORDS_ENDING, &json!({ "source": "answer", "request": request, "text": answer }));
    for secret in created_secrets(request, answer) {
        secret_in_use(&format!("made by {request}"), &secret);
    }
}

/// Says that a value is secret: nothing that is kept may contain it.
///
/// # Panics
/// When it is so short that it would be found by chance.
pub fn secret_in_use(what: &str, value: &str) {
    assert!(
        value.len() >= SECRET_BYTES_MIN,
        "{what}: a secret of a test has {SECRET_BYTES_MIN} characters or more, so that it is not found by chance"
    );
    append(SECRETS_ENDING, &json!({ "what": what, "value": value }));
}

/// The credentials that a command is given.
pub(crate) fn secrets_of_command(command: &std::process::Command) {
    for (name, value) in command.get_envs() {
        let (Some(name), Some(value)) = (name.to_str(), value.and_then(|value| value.to_str())) else {
            continue;
        };
        if matches!(name, "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN") {
            secret_in_use(name, value);
        }
    }
}

/// Where things are kept; `None` when nothing is.
pub(crate) fn directory() -> Option<PathBuf> {
    std::env::var_os(RECORDING_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn append(ending: &str, line: &serde_json::Value) {
    let Some(directory) = directory() else { return };
    let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let path = directory.join(format!("{}{ending}", std::process::id()));
    let opened = fs_err::OpenOptions::new().create(true).append(true).open(&path);
    let written = opened.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    written.unwrap_or_else(|error| panic!("the recording cannot be kept: {error}"));
}
