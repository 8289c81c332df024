//! GetExecutionLogs, an operation of our own: the execution logs that a stage keeps, the newest first, or that of one request.
//! On AWS they are in CloudWatch Logs, in the group `API-Gateway-Execution-Logs_{api}/{stage}`.
//!
//! What must stay true: whoever may not get the stage gets none of its logs; a request of another stage is not told of.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::execution_logs::ExecutionLog;
use crate::limits::{LOGGED_REQUESTS_MAX, PAGE_ITEMS_DEFAULT};

pub(crate) fn get_execution_logs(call: &Call) -> Outcome {
    let limit = limit(call)?;
    let api = call.rest_api()?;
    let stage = lookup::stage(&api, call)?;
    let kept = call.gateway.execution_logs();
    let logs = match call.query("requestId") {
        Some(request_id) => {
            let found = kept.of_request(request_id);
            found.into_iter().filter(|log| log.api_id == api.id && log.stage == stage.stage_name).collect()
        }
        None => kept.newest(&api.id, &stage.stage_name, limit),
    };
    let items: Vec<Value> = logs.iter().map(view).collect();
    Ok(Answer::Json(json!({ "item": items })))
}

/// How many logs are asked for, 1 to as many as a stage keeps.
fn limit(call: &Call) -> Result<usize, ControlError> {
    let Some(text) = call.query("limit") else { return Ok(PAGE_ITEMS_DEFAULT) };
    match text.parse() {
        Ok(limit) if (1..=LOGGED_REQUESTS_MAX).contains(&limit) => Ok(limit),
        _ => Err(ControlError::bad_request(format!(
            "Invalid limit specified: {text}; it is 1 to {LOGGED_REQUESTS_MAX}"
        ))),
    }
}

fn view(log: &Arc<ExecutionLog>) -> Value {
    json!({ "requestId": log.request_id, "log": log.to_string() })
}
