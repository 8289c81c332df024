//! The tree of resources: what may stand where, and the paths that follow from it.
//!
//! What must stay true: a resource's path is its parent's path and its own part; siblings differ, and at most one is variable.

use std::collections::HashSet;

use crate::control::error::ControlError;
use crate::model::{Resource, RestApi};

/// The path of a child.
pub(super) fn path_below(parent: &str, path_part: &str) -> String {
    format!("{}/{path_part}", parent.trim_end_matches('/'))
}

/// The ids of a resource and of all below it.
pub(super) fn with_descendants(api: &RestApi, id: &str) -> HashSet<String> {
    let mut found = HashSet::from([id.to_owned()]);
    let mut found_more = true;
    while found_more {
        let before = found.len();
        let below = api.resources.values().filter(|resource| {
            resource.parent_id.as_ref().is_some_and(|parent_id| found.contains(parent_id))
        });
        let below: Vec<String> = below.map(|resource| resource.id.clone()).collect();
        found.extend(below);
        found_more = found.len() > before;
    }
    found
}

/// Makes the paths below a resource follow from it again.
pub(super) fn refresh_paths_below(api: &mut RestApi, id: &str) {
    let mut waiting = vec![id.to_owned()];
    while let Some(parent_id) = waiting.pop() {
        let Some(parent_path) = api.resources.get(&parent_id).map(|parent| parent.path.clone()) else {
            continue;
        };
        for child in api.resources.values_mut() {
            if child.parent_id.as_deref() == Some(parent_id.as_str()) {
                child.path = path_below(&parent_path, child.path_part.as_deref().unwrap_or_default());
                waiting.push(child.id.clone());
            }
        }
    }
}

/// Whether a resource of this name may stand below this parent. `but` is the resource itself when it is there already.
pub(super) fn check_place(
    api: &RestApi,
    parent: &Resource,
    path_part: &str,
    but: Option<&str>,
) -> Result<(), ControlError> {
    if !is_path_part(path_part) {
        return Err(ControlError::bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end and an optional plus sign before the closing brace.",
        ));
    }
    if let Some(greedy) = parent.path_part.as_deref().filter(|part| part.ends_with("+}")) {
        return Err(ControlError::bad_request(format!(
            "Cannot create a child of a resource with a greedy path variable: {greedy}"
        )));
    }
    let siblings = api.resources.values().filter(|resource| {
        resource.parent_id.as_deref() == Some(parent.id.as_str()) && Some(resource.id.as_str()) != but
    });
    for sibling in siblings {
        let part = sibling.path_part.as_deref().unwrap_or_default();
        if part == path_part {
            return Err(ControlError::conflict(format!(
                "Another resource with the same parent already has this name: {path_part}"
            )));
        }
        if part.starts_with('{') && path_part.starts_with('{') {
            return Err(ControlError::bad_request(format!(
                "A sibling ({part}) of this resource already has a variable path part -- only one is allowed"
            )));
        }
    }
    Ok(())
}

fn is_path_part(text: &str) -> bool {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').map(|name| name.strip_suffix('+').unwrap_or(name)),
        None => Some(text),
    };
    inner.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':'))
    })
}
