//! Finds out what became of a commit that ended in an error, by reading the log.
//!
//! An error says nothing: a post-commit step may fail after the commit landed, and a store that retries a conditional put
//! can meet its own success. What must stay true: the answer comes from the versions after the snapshot that the attempt
//! was made against, every one of them is read, and one that cannot be read is an error rather than a guess.

use std::collections::BTreeSet;

use deltalake::{DeltaTable, DeltaTableError};
use serde_json::Value;

use super::error::Winner;

/// Key in `commitInfo` under which every commit of ours carries its own identifier.
pub(crate) const COMMIT_ID_KEY: &str = "alluvium.commitId";
/// Key in `commitInfo` under which every commit of ours names its worker.
pub(crate) const WORKER_KEY: &str = "alluvium.worker";

/// What became of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is in the table, as this version.
    Landed(u64),
    /// It is not, and one of its application ids was moved by somebody else.
    Taken { app_id: String, winner: Winner },
    /// It is not, and nobody touched its application ids up to this version.
    Absent { latest: u64 },
}

/// Looks for the commit `commit_id`, attempted against version `base`, and for other commits of `app_ids` after `base`.
pub(crate) async fn look(
    table: &DeltaTable,
    base: u64,
    commit_id: &str,
    app_ids: &BTreeSet<String>,
) -> Result<Outcome, DeltaTableError> {
    let log_store = table.log_store();
    let latest = log_store.get_latest_version(base).await?;
    for version in (base + 1)..=latest {
        let entry = log_store.read_commit_entry(version).await?;
        let bytes = entry.ok_or_else(|| {
            DeltaTableError::Generic(format!("version {version} of the delta log is no longer there"))
        })?;
        let summary = summarize(version, &bytes)?;
        if summary.commit_id.as_deref() == Some(commit_id) {
            return Ok(Outcome::Landed(version));
        }
        if let Some(app_id) = summary.app_ids.intersection(app_ids).next() {
            let winner = Winner { version, worker: summary.worker };
            return Ok(Outcome::Taken { app_id: app_id.clone(), winner });
        }
    }
    Ok(Outcome::Absent { latest })
}

#[derive(Debug, Default)]
struct Summary {
    commit_id: Option<String>,
    worker: Option<String>,
    app_ids: BTreeSet<String>,
}

/// Reads what matters here of one commit file. Actions of a kind that this program does not know are passed over.
fn summarize(version: u64, bytes: &[u8]) -> Result<Summary, DeltaTableError> {
    let mut summary = Summary::default();
    for action in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let action = action.map_err(|json_err| {
            let line = format!("line {}, column {}", json_err.line(), json_err.column());
            DeltaTableError::InvalidJsonLog { json_err, line, version }
        })?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(info) = action.get("commitInfo") {
            summary.commit_id = info.get(COMMIT_ID_KEY).and_then(text);
            summary.worker = info.get(WORKER_KEY).and_then(text);
        }
        summary.app_ids.extend(action.pointer("/txn/appId").and_then(text));
    }
    Ok(summary)
}
