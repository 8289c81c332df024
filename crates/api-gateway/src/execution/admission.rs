//! Who may call the method, and how often: [`crate::access`] asked about a routed request.
//!
//! What must stay true: nothing that costs more than the question itself is done before it is answered.

use super::GatewayError;
use super::method_request::MethodRequest;
use crate::access::{self, Target};

/// Lets a request through or not. TestInvokeMethod is let through: its caller was asked by the control plane.
pub(super) fn admit(request: &mut MethodRequest<'_>) -> Result<(), GatewayError> {
    let arrival = request.arrival;
    if arrival.is_test {
        return Ok(());
    }
    let stage = arrival.stage;
    let target = Target { api_id: &stage.api_id, stage: &stage.stage_name, path: &arrival.url.path };
    let sent = (&arrival.parts, &request.body().clone());
    let access = &request.method.access;
    Ok(access::admit(arrival.environment, &stage.access, access, target, sent, &mut request.identity)?)
}
