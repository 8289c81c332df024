//! From a verb and a path to an operation.
//!
//! What must stay true: names, verbs, paths and statuses are those of AWS's model, which a test compares; our own operations stand
//! apart.

use std::future::Future;
use std::pin::Pin;

use http::Method;
use percent_encoding::percent_decode_str;

use super::answer::Answer;
use super::call::Call;
use super::error::ControlError;
use super::operations::{EXTENSIONS, GROUPS};

/// What an operation comes to.
pub(crate) type Outcome = Result<Answer, ControlError>;

/// The function of an operation, by what it may do.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// Answers from memory.
    Read(fn(&Call) -> Outcome),
    /// May write to the disk, and runs on a thread that may block.
    Edit(fn(&Call) -> Outcome),
    /// Waits for others.
    Wait(fn(Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>>),
}

/// One operation.
pub(crate) struct Route {
    /// AWS's name.
    pub(crate) operation: &'static str,
    /// The verb.
    pub(crate) verb: Method,
    /// The path with its parameters in braces, as in AWS's model; `?mode=import` asks for that query parameter.
    pub(crate) path: &'static str,
    /// The status when it succeeds.
    pub(crate) status: u16,
    /// What it does.
    pub(crate) work: Work,
}

/// An operation of the control plane, as clients address it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlOperation {
    /// AWS's name, such as `CreateRestApi`.
    pub name: &'static str,
    /// The verb.
    pub verb: &'static str,
    /// The path, its parameters in braces.
    pub path: &'static str,
    /// The status when it succeeds.
    pub status: u16,
}

impl ControlOperation {
    /// Every operation of AWS that is built.
    pub fn all() -> Vec<Self> {
        let routes = GROUPS.iter().flat_map(|group| group.iter());
        routes
            .map(|route| Self {
                name: route.operation,
                verb: verb_name(&route.verb),
                path: route.path,
                status: route.status,
            })
            .collect()
    }
}

fn verb_name(verb: &Method) -> &'static str {
    match *verb {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        _ => "DELETE",
    }
}

/// Path parameters by name, percent-decoded.
pub(crate) type PathParameters = Vec<(&'static str, String)>;

/// The operation of a request. A route that asks for a query parameter goes before one that does not.
pub(crate) fn route(
    verb: &Method,
    path: &str,
    query: &[(String, String)],
) -> Option<(&'static Route, PathParameters)> {
    let mut found: Option<(&'static Route, PathParameters)> = None;
    let routes = GROUPS.iter().flat_map(|group| group.iter()).chain(EXTENSIONS);
    for candidate in routes.filter(|route| route.verb == *verb) {
        let (template, asked) = candidate.path.split_once('?').unwrap_or((candidate.path, ""));
        let has_asked = asked.split_once('=').is_none_or(|(name, value)| {
            query.iter().any(|(sent_name, sent)| sent_name == name && sent == value)
        });
        if !has_asked {
            continue;
        }
        if let Some(parameters) = parameters_of(template, path)
            && (found.is_none() || !asked.is_empty())
        {
            found = Some((candidate, parameters));
        }
    }
    found
}

/// The path's parameters, when the path has the template's form.
fn parameters_of(template: &'static str, path: &str) -> Option<PathParameters> {
    let mut parameters = Vec::new();
    let mut segments = path.strip_prefix('/')?.split('/');
    for expected in template.strip_prefix('/')?.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                let decoded = percent_decode_str(segment).decode_utf8().ok()?;
                if decoded.is_empty() {
                    return None;
                }
                parameters.push((name, decoded.into_owned()));
            }
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_one_segment_at_a_time() {
        let template = "/tags/{resource_arn}";
        assert_eq!(
            parameters_of(template, "/tags/arn%3Aaws%3Aapigateway%3A%3A%2Frestapis%2Fa"),
            Some(vec![("resource_arn", "arn:aws:apigateway::/restapis/a".to_owned())])
        );
        for path in ["/tags", "/tags/", "/tags/a/b", "/tag/a", "tags/a", "/tags/%FF"] {
            assert_eq!(parameters_of(template, path), None, "{path}");
        }
    }

    #[test]
    fn no_two_operations_have_the_same_verb_and_path() {
        let mut all: Vec<(&str, &str)> = ControlOperation::all().iter().map(|o| (o.verb, o.path)).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
