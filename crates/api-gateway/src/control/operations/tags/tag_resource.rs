//! TagResource. <https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html>

use indexmap::IndexMap;

use super::resource_arn::Tagged;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::limits::{TAG_KEY_CHARS_MAX, TAG_VALUE_CHARS_MAX, TAGS_MAX};

pub(crate) fn tag_resource(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let tags = members.text_map("tags")?;
    if tags.is_none() {
        members.violate_null("tags");
    }
    members.finish()?;
    let tags = tags.unwrap_or_default();
    check(&tags)?;
    Tagged::of(call)?.edit(call, |known| {
        known.extend(tags);
        if known.len() > TAGS_MAX {
            let text = format!("The maximum number of tags per resource is {TAGS_MAX}");
            return Err(ControlError::bad_request(text));
        }
        Ok(())
    })?;
    Ok(Answer::Empty)
}

fn check(tags: &IndexMap<String, String>) -> Result<(), ControlError> {
    for (key, value) in tags {
        let reason = if key.starts_with("aws:") {
            "tags that begin with aws: are AWS's own".to_owned()
        } else if !(1..=TAG_KEY_CHARS_MAX).contains(&key.chars().count()) {
            format!("a key has 1 to {TAG_KEY_CHARS_MAX} characters")
        } else if value.chars().count() > TAG_VALUE_CHARS_MAX {
            format!("a value has at most {TAG_VALUE_CHARS_MAX} characters")
        } else {
            continue;
        };
        return Err(ControlError::bad_request(format!("Invalid tag specified: {key}: {reason}")));
    }
    Ok(())
}
