//! Base path mappings: what each may say.

use crate::account::AccountState;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::limits::BASE_PATH_CHARS_MAX;
use crate::model::{BasePathMapping, DomainName, NO_BASE_PATH};

/// A base path as it is kept.
pub(super) fn base_path(sent: &str) -> String {
    if sent.is_empty() { NO_BASE_PATH.to_owned() } else { sent.to_owned() }
}

/// A stage as it is kept.
pub(super) fn stage(sent: Option<&str>) -> Option<String> {
    sent.filter(|stage| !stage.is_empty() && *stage != NO_BASE_PATH).map(str::to_owned)
}

/// Whether a mapping can be made: its base path is one segment, its API and its stage are there.
pub(super) fn check(mapping: &BasePathMapping, call: &Call) -> Result<(), ControlError> {
    let path = mapping.base_path.as_str();
    if path.contains('/') {
        return Err(ControlError::bad_request(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path \
             mapping, use API Gateway V2.",
        ));
    }
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"$-_.+!*'()".contains(&byte);
    if path.len() > BASE_PATH_CHARS_MAX || !path.bytes().all(is_taken) || path == "." || path == ".." {
        return Err(ControlError::bad_request(format!(
            "Base paths should be at most {BASE_PATH_CHARS_MAX} letters, numbers and characters of $-_.+!*'()"
        )));
    }
    let Some(api) = call.gateway.rest_api(&mapping.rest_api_id) else {
        return Err(ControlError::bad_request("Invalid REST API identifier specified"));
    };
    match &mapping.stage {
        Some(stage) if !api.stages.contains_key(stage) => {
            Err(ControlError::bad_request("Invalid stage identifier specified"))
        }
        _ => Ok(()),
    }
}

/// The mapping that the path names.
pub(super) fn mapping<'a>(domain: &'a DomainName, call: &Call) -> Result<&'a BasePathMapping, ControlError> {
    domain.base_path_mappings.get(call.path("base_path")).ok_or_else(no_mapping)
}

/// The domain name of a call, to be changed.
pub(super) fn domain_mut<'a>(
    account: &'a mut AccountState,
    call: &Call,
) -> Result<&'a mut DomainName, ControlError> {
    account.domain_names.get_mut(call.path("domain_name")).ok_or_else(super::no_domain)
}

/// There is no mapping of this base path.
pub(super) fn no_mapping() -> ControlError {
    ControlError::not_found("Invalid base path mapping identifier specified")
}

/// The base path has a mapping already.
pub(super) fn taken() -> ControlError {
    ControlError::conflict("Base path already exists for this domain name")
}
