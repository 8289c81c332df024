//! The tree of resource paths: static before `{variable}` before `{proxy+}`.
//!
//! What must stay true: a lookup visits each node of the tree at most once, whatever the path; a trailing slash changes nothing.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::limits::PATH_SEGMENTS_MAX;

/// A tree whose nodes may hold a resource.
pub(crate) struct Router<T> {
    nodes: Vec<Node<T>>,
}

struct Node<T> {
    fixed: HashMap<String, usize>,
    variable: Option<(String, usize)>,
    greedy: Option<(String, usize)>,
    resource: Option<T>,
}

/// A resource and the path parameters that led to it, decoded.
pub(crate) struct Matched<'r, T> {
    pub(crate) resource: &'r T,
    pub(crate) parameters: Vec<(String, String)>,
}

impl<T> Router<T> {
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::new()] }
    }

    /// Puts `resource` at `path`, such as `/streams/{stream-name}`.
    pub(crate) fn insert(&mut self, path: &str, resource: T) {
        let mut at = 0;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let variable = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let next = self.nodes.len();
            let node = &mut self.nodes[at];
            let existing = match variable {
                None => *node.fixed.entry(part.to_owned()).or_insert(next),
                Some(name) => match name.strip_suffix('+') {
                    Some(name) => node.greedy.get_or_insert_with(|| (name.to_owned(), next)).1,
                    None => node.variable.get_or_insert_with(|| (name.to_owned(), next)).1,
                },
            };
            if existing == next {
                self.nodes.push(Node::new());
            }
            at = existing;
        }
        self.nodes[at].resource = Some(resource);
    }

    /// All resources, in the order in which their nodes were made.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().filter_map(|node| node.resource.as_ref())
    }

    /// The resource for a request path below the stage.
    pub(crate) fn find(&self, path: &str) -> Option<Matched<'_, T>> {
        let trimmed = path.strip_prefix('/').unwrap_or(path);
        let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
        let parts: Vec<&str> =
            if trimmed.is_empty() { Vec::new() } else { trimmed.splitn(PATH_SEGMENTS_MAX, '/').collect() };
        let mut parameters = Vec::new();
        let resource = self.descend(0, &parts, &mut parameters)?;
        Some(Matched { resource, parameters })
    }

    fn descend(&self, at: usize, parts: &[&str], parameters: &mut Vec<(String, String)>) -> Option<&T> {
        let node = &self.nodes[at];
        let Some((part, rest)) = parts.split_first() else { return node.resource.as_ref() };
        if let Some(&next) = node.fixed.get(decoded(part).as_str())
            && let Some(found) = self.descend(next, rest, parameters)
        {
            return Some(found);
        }
        if let Some((name, next)) = &node.variable {
            let kept = parameters.len();
            parameters.push((name.clone(), decoded(part)));
            if let Some(found) = self.descend(*next, rest, parameters) {
                return Some(found);
            }
            parameters.truncate(kept);
        }
        let (name, next) = node.greedy.as_ref()?;
        parameters.push((name.clone(), decoded(&parts.join("/"))));
        self.nodes[*next].resource.as_ref()
    }
}

impl<T> Node<T> {
    fn new() -> Self {
        Self { fixed: HashMap::new(), variable: None, greedy: None, resource: None }
    }
}

/// The path parameters of `path` when it is a path of the resource at `resource_path`; none when it is another's.
pub(crate) fn path_parameters(resource_path: &str, path: &str) -> Vec<(String, String)> {
    let mut router = Router::new();
    router.insert(resource_path, ());
    router.find(path).map(|matched| matched.parameters).unwrap_or_default()
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        let mut router = Router::new();
        for resource in [
            "/",
            "/streams",
            "/streams/{stream-name}",
            "/streams/{stream-name}/record",
            "/streams/all",
            "/{proxy+}",
            "/a/b",
            "/{x}/c",
        ] {
            router.insert(resource, resource);
        }
        let got = match router.find(path) {
            Some(found) => format!("{} {:?}", found.resource, found.parameters),
            None => "none".to_owned(),
        };
        assert_eq!(got, expected, "of {path}");
    }

    #[test]
    fn static_beats_variable_beats_proxy() {
        check("/", "/ []");
        check("", "/ []");
        check("/streams", "/streams []");
        check("/streams/", "/streams []");
        check("/streams/all", "/streams/all []");
        check("/streams/s1", r#"/streams/{stream-name} [("stream-name", "s1")]"#);
        check("/streams/all/record", r#"/streams/{stream-name}/record [("stream-name", "all")]"#);
        check("/streams/s1/other", r#"/{proxy+} [("proxy", "streams/s1/other")]"#);
        check("/a/c", r#"/{x}/c [("x", "a")]"#);
        check("/b/c", r#"/{x}/c [("x", "b")]"#);
        check("/streams/a%20b%2Fc", r#"/streams/{stream-name} [("stream-name", "a b/c")]"#);
    }

    #[test]
    fn a_path_without_a_resource_matches_nothing() {
        let mut router = Router::new();
        router.insert("/streams/{name}/record", ());
        assert!(router.find("/streams").is_none());
        assert!(router.find("/streams/s1").is_none());
        assert!(router.find("/streams/s1/record/more").is_none());
        assert!(router.find(&"/x".repeat(100_000)).is_none());
    }
}
