//! UntagResource. <https://docs.aws.amazon.com/apigateway/latest/api/API_UntagResource.html>

use super::resource_arn::Tagged;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::members::{refuse, violation};
use crate::control::routing::Outcome;

pub(crate) fn untag_resource(call: &Call) -> Outcome {
    // A key can have a comma in it, so each parameter is one key.
    let named = call.query.iter().filter(|(name, _)| name == "tagKeys");
    let keys: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
    if keys.is_empty() {
        refuse(&[violation("tagKeys", "null", "Member must not be null")])?;
    }
    Tagged::of(call)?.edit(call, |tags| {
        tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(())
    })?;
    Ok(Answer::Empty)
}
