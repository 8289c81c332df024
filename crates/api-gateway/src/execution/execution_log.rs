//! The execution log of one request, in API Gateway's own lines.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
//!
//! What must stay true: a log that is off costs nothing, no line is even put together; secrets are masked before they are in a
//! line; a line has a bound.

use std::time::{Duration, SystemTime};

use alluvium_clock::Clock;
use http::StatusCode;

use crate::execution_logs::{ExecutionLog, LogLine};
use crate::limits::{LOG_LINE_BYTES_MAX, TEST_LOG_LINE_BYTES_MAX};
use crate::model::MethodSetting;

/// What the steps of a request write down as they go.
pub(super) struct Notes {
    clock: Clock,
    level: Level,
    /// Whether headers and payloads are shown.
    shows_data: bool,
    line_bytes_max: usize,
    lines: Vec<LogLine>,
    /// What the backend answered, and how long it took.
    pub(super) integration: Option<IntegrationNote>,
    /// Why a gateway response was the answer.
    pub(super) failure: Option<FailureNote>,
}

/// What is remembered of the call of a backend.
#[derive(Debug, Clone)]
pub(super) struct IntegrationNote {
    /// `None` when no answer came.
    pub(super) status: Option<StatusCode>,
    pub(super) latency: Duration,
    /// The backend's own id of the call.
    pub(super) request_id: Option<String>,
}

/// What is remembered of a gateway response.
#[derive(Debug, Clone)]
pub(super) struct FailureNote {
    pub(super) message: String,
    pub(super) response_type: &'static str,
    pub(super) validation: Option<String>,
    pub(super) cause: String,
    /// Whether the backend is to blame, or the way there.
    pub(super) is_of_integration: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Off,
    Error,
    Info,
}

/// Where a line was cut.
const TRUNCATED: &str = " [TRUNCATED]";

impl Notes {
    /// A log that keeps nothing.
    pub(super) fn off(clock: Clock) -> Self {
        Self {
            clock,
            level: Level::Off,
            shows_data: false,
            line_bytes_max: LOG_LINE_BYTES_MAX,
            lines: Vec::new(),
            integration: None,
            failure: None,
        }
    }

    /// Everything, for TestInvokeMethod.
    pub(super) fn of_test(clock: Clock) -> Self {
        Self {
            level: Level::Info,
            shows_data: true,
            line_bytes_max: TEST_LOG_LINE_BYTES_MAX,
            ..Self::off(clock)
        }
    }

    /// What a method's settings ask for from now on.
    pub(super) fn follow(&mut self, setting: Option<&MethodSetting>) {
        let Some(setting) = setting else { return };
        self.level = match setting.logging_level.as_deref() {
            Some(level) if level.eq_ignore_ascii_case("INFO") => Level::Info,
            Some(level) if level.eq_ignore_ascii_case("ERROR") => Level::Error,
            _ => Level::Off,
        };
        self.shows_data = setting.data_trace_enabled;
    }

    /// A line of level ERROR.
    pub(super) fn error(&mut self, line: impl FnOnce() -> String) {
        if self.level >= Level::Error {
            self.push(line());
        }
    }

    /// A line of level INFO.
    pub(super) fn info(&mut self, line: impl FnOnce() -> String) {
        if self.level >= Level::Info {
            self.push(line());
        }
    }

    /// A line with headers or payloads.
    pub(super) fn data(&mut self, line: impl FnOnce() -> String) {
        if self.shows_requests() {
            self.push(line());
        }
    }

    /// Whether the backend's request is shown as it is.
    pub(super) fn shows_requests(&self) -> bool {
        self.shows_data && self.level >= Level::Info
    }

    /// The time.
    pub(super) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// How long it is since `since`.
    pub(super) fn since(&self, since: SystemTime) -> Duration {
        self.clock.now().duration_since(since).unwrap_or_default()
    }

    fn push(&mut self, mut text: String) {
        crate::text::shorten(&mut text, self.line_bytes_max, TRUNCATED);
        self.lines.push(LogLine { time: self.clock.now(), text });
    }

    /// The log as it is kept; `None` when nothing was written.
    pub(super) fn finish(self, api_id: &str, stage: &str, request_id: &str) -> Option<ExecutionLog> {
        let lines = self.lines;
        (!lines.is_empty()).then(|| ExecutionLog {
            api_id: api_id.to_owned(),
            stage: stage.to_owned(),
            request_id: request_id.to_owned(),
            lines,
        })
    }
}
