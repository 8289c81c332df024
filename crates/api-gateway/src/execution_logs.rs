//! The execution logs that are kept: the newest requests of each stage, read back by request or by stage.
//!
//! What must stay true: they have a bound, the oldest go first; reading never holds up a request for longer than a copy of
//! references takes.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::limits::{LOGGED_REQUESTS_MAX, LOGGED_STAGE_BYTES_MAX, LOGGED_STAGES_MAX};
use crate::request_ids::java_date;

/// What was written down about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionLog {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// `x-amzn-RequestId` of the answer.
    pub request_id: String,
    /// In order of time.
    pub lines: Vec<LogLine>,
}

/// One line of an execution log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub time: SystemTime,
    /// API Gateway's words, without time and request id.
    pub text: String,
}

/// As TestInvokeMethod shows it: a head, then each line with its time in front.
impl Display for ExecutionLog {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Execution log for request {}", self.request_id)?;
        for line in &self.lines {
            writeln!(f, "{} : {}", java_date(line.time), line.text)?;
        }
        Ok(())
    }
}

impl ExecutionLog {
    fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.text.len() + size_of::<LogLine>()).sum()
    }
}

/// The newest execution logs of every stage. What is logged is the stage's choice: `loggingLevel` and `dataTrace` of its method
/// settings.
#[derive(Default)]
pub struct ExecutionLogs {
    stages: Mutex<HashMap<StageKey, Ring>>,
}

type StageKey = (String, String);

#[derive(Default)]
struct Ring {
    logs: VecDeque<Arc<ExecutionLog>>,
    bytes: usize,
}

impl ExecutionLogs {
    /// The log of one request, when it is still kept.
    pub fn of_request(&self, request_id: &str) -> Option<Arc<ExecutionLog>> {
        let stages = self.stages();
        let mut logs = stages.values().flat_map(|ring| ring.logs.iter().rev());
        logs.find(|log| log.request_id == request_id).cloned()
    }

    /// The newest logs of a stage, at most `count`, the newest first.
    pub fn newest(&self, api_id: &str, stage: &str, count: usize) -> Vec<Arc<ExecutionLog>> {
        let stages = self.stages();
        let Some(ring) = stages.get(&(api_id.to_owned(), stage.to_owned())) else { return Vec::new() };
        ring.logs.iter().rev().take(count).cloned().collect()
    }

    pub(crate) fn keep(&self, log: ExecutionLog) {
        let key = (log.api_id.clone(), log.stage.clone());
        let bytes = log.bytes();
        let mut stages = self.stages();
        if stages.len() >= LOGGED_STAGES_MAX && !stages.contains_key(&key) {
            // APIs come and go; the stage that has been quiet for longest makes room.
            let newest =
                |ring: &Ring| ring.logs.back().and_then(|log| log.lines.last()).map(|line| line.time);
            let quietest = stages.iter().min_by_key(|(_, ring)| newest(ring)).map(|(key, _)| key.clone());
            quietest.and_then(|key| stages.remove(&key));
        }
        let ring = stages.entry(key).or_default();
        ring.logs.push_back(Arc::new(log));
        ring.bytes += bytes;
        while ring.logs.len() > LOGGED_REQUESTS_MAX || ring.bytes > LOGGED_STAGE_BYTES_MAX {
            let Some(oldest) = ring.logs.pop_front() else { break };
            ring.bytes = ring.bytes.saturating_sub(oldest.bytes());
        }
    }

    fn stages(&self) -> MutexGuard<'_, HashMap<StageKey, Ring>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn log(stage: &str, request: usize, line_bytes: usize) -> ExecutionLog {
        let time = UNIX_EPOCH + Duration::from_secs(request as u64);
        ExecutionLog {
            api_id: "a".to_owned(),
            stage: stage.to_owned(),
            request_id: request.to_string(),
            lines: vec![LogLine { time, text: "x".repeat(line_bytes) }],
        }
    }

    #[test]
    fn a_stage_keeps_its_newest_requests() {
        let logs = ExecutionLogs::default();
        for request in 0..LOGGED_REQUESTS_MAX + 5 {
            logs.keep(log("prod", request, 10));
        }
        assert!(logs.of_request("4").is_none());
        assert!(logs.of_request("5").is_some());
        let newest: Vec<String> =
            logs.newest("a", "prod", 2).iter().map(|log| log.request_id.clone()).collect();
        assert_eq!(newest, [(LOGGED_REQUESTS_MAX + 4).to_string(), (LOGGED_REQUESTS_MAX + 3).to_string()]);
        assert!(logs.newest("a", "dev", 2).is_empty());
    }

    #[test]
    fn a_stage_keeps_no_more_bytes_than_it_may() {
        let logs = ExecutionLogs::default();
        for request in 0..20 {
            logs.keep(log("prod", request, LOGGED_STAGE_BYTES_MAX / 10));
        }
        assert_eq!(logs.newest("a", "prod", 100).len(), 9);
    }

    #[test]
    fn the_quietest_stage_makes_room() {
        let logs = ExecutionLogs::default();
        for request in 0..=LOGGED_STAGES_MAX {
            logs.keep(log(&format!("s{request}"), request, 1));
        }
        assert!(logs.of_request("0").is_none());
        assert!(logs.of_request("1").is_some());
    }
}
