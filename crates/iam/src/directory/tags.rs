//! Tags of users, roles and policies (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>).

use crate::document::Tags;
use crate::error::IamError;
use crate::limits::TAGS_MAX;

/// Adds tags; one whose key is there, whatever its case, gets the new value.
pub(crate) fn set(tags: &mut Tags, new: &Tags) -> Result<(), IamError> {
    let mut result = tags.clone();
    for (index, (key, value)) in new.iter().enumerate() {
        if new[..index].iter().any(|(other, _)| other.eq_ignore_ascii_case(key)) {
            return Err(IamError::InvalidInput(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.".to_owned(),
            ));
        }
        if key.len() >= 4 && key.as_bytes()[..4].eq_ignore_ascii_case(b"aws:") {
            return Err(IamError::InvalidInput(format!(
                "Tag keys that begin with aws: are reserved and cannot be set: {key}"
            )));
        }
        match result.iter_mut().find(|(present, _)| present.eq_ignore_ascii_case(key)) {
            Some(tag) => *tag = (key.clone(), value.clone()),
            None => result.push((key.clone(), value.clone())),
        }
    }
    if result.len() > TAGS_MAX {
        return Err(IamError::LimitExceeded(format!(
            "The number of tags has reached the maximum limit. There may be {TAGS_MAX}."
        )));
    }
    *tags = result;
    Ok(())
}

/// Takes tags away; keys that are not there are passed over.
pub(crate) fn remove(tags: &mut Tags, keys: &[String]) {
    tags.retain(|(present, _)| !keys.iter().any(|key| key.eq_ignore_ascii_case(present)));
}
