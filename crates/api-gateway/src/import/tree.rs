//! From paths to the tree of resources, and which paths cannot stand side by side.
//!
//! What must stay true: every resource's parent precedes it; a parent has at most one child that is a variable, greedy or not,
//! and nothing is below a `{proxy+}`.

use indexmap::IndexMap;

use super::merge::Paths;
use super::{ImportMode, ImportProblem};
use crate::limits::RESOURCES_MAX;
use crate::model::{API_ID_CHARS, RESOURCE_ID_CHARS, Resource, RestApi, new_id};

/// Resources by id for `paths` and all their parents. A path that an existing API has keeps its id; merging keeps the others too.
pub(super) fn resources(
    paths: Paths,
    existing: Option<&RestApi>,
    mode: ImportMode,
) -> Result<IndexMap<String, Resource>, ImportProblem> {
    let id_of = |path: &str| {
        let kept = existing.and_then(|api| api.resource_at(path)).map(|resource| resource.id.clone());
        kept.unwrap_or_else(|| new_id(if path == "/" { API_ID_CHARS } else { RESOURCE_ID_CHARS }))
    };
    let root = Resource {
        id: id_of("/"),
        parent_id: None,
        path_part: None,
        path: "/".to_owned(),
        resource_methods: IndexMap::new(),
    };
    let root_id = root.id.clone();
    let mut by_path: IndexMap<String, Resource> = IndexMap::from([("/".to_owned(), root)]);
    if mode == ImportMode::Merge {
        let kept = existing.into_iter().flat_map(|api| api.resources.values());
        by_path.extend(kept.map(|resource| (resource.path.clone(), resource.clone())));
    }
    let mut seen: Vec<String> = by_path.keys().cloned().collect();
    for (path, methods) in paths {
        check_path(&path, &mut seen)?;
        let mut parent_id = root_id.clone();
        let mut prefix = String::new();
        for part in segments(&path) {
            prefix.push('/');
            prefix.push_str(part);
            let resource = by_path.entry(prefix.clone()).or_insert_with(|| Resource {
                id: id_of(&prefix),
                parent_id: Some(parent_id.clone()),
                path_part: Some(part.to_owned()),
                path: prefix.clone(),
                resource_methods: IndexMap::new(),
            });
            parent_id.clone_from(&resource.id);
        }
        let at = if prefix.is_empty() { "/" } else { &prefix };
        if let Some(resource) = by_path.get_mut(at) {
            resource.resource_methods.extend(methods);
        }
    }
    Ok(by_path.into_values().map(|resource| (resource.id.clone(), resource)).collect())
}

/// Adds `path` to the paths seen so far, or says why it cannot stand beside them.
pub(super) fn check_path(path: &str, seen: &mut Vec<String>) -> Result<(), ImportProblem> {
    let refuse = |reason: String| Err(ImportProblem::Path { path: path.to_owned(), reason });
    if !path.starts_with('/') {
        return refuse("it must begin with '/'".to_owned());
    }
    let mut prefix = String::new();
    let parts: Vec<&str> = segments(path).collect();
    for (index, part) in parts.iter().enumerate() {
        let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let is_greedy = name.is_some_and(|name| name.ends_with('+'));
        let word = name.map_or(*part, |name| name.trim_end_matches('+'));
        let is_named = !word.is_empty()
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '$'));
        if !is_named {
            return refuse(format!(
                "'{part}' must be letters, digits and '._-:$', or such a name in braces at either end"
            ));
        }
        if is_greedy && index + 1 < parts.len() {
            return refuse(format!(
                "Cannot create a child of a resource with a greedy path variable: {part}"
            ));
        }
        if let Some(sibling) = name.and_then(|_| other_variable(seen, &prefix, part)) {
            return refuse(format!(
                "A sibling ({sibling}) of this resource already has a variable path part -- only one is allowed"
            ));
        }
        prefix = format!("{prefix}/{part}");
        if !seen.contains(&prefix) {
            seen.push(prefix.clone());
        }
    }
    if seen.len() >= RESOURCES_MAX {
        return refuse(format!("an API has at most {RESOURCES_MAX} resources"));
    }
    Ok(())
}

/// The variable child of `prefix` that is not `part`.
fn other_variable(seen: &[String], prefix: &str, part: &str) -> Option<String> {
    seen.iter()
        .filter_map(|path| path.strip_prefix(prefix)?.strip_prefix('/'))
        .filter(|rest| !rest.contains('/') && rest.starts_with('{'))
        .find(|rest| *rest != part)
        .map(str::to_owned)
}

/// The names of the variables of a path: `stream-name` of `/streams/{stream-name}`, `proxy` of `/{proxy+}`.
pub(crate) fn variables(path: &str) -> impl Iterator<Item = &str> {
    segments(path)
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| name.trim_end_matches('+'))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}
