//! A resource as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_Resource.html>

use serde_json::{Map, Value};

use super::{method, object, plain};
use crate::control::call::Call;
use crate::model::Resource;

/// How much of a resource's methods is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Methods {
    /// Their verbs.
    Named,
    /// All of them.
    Whole,
}

impl Methods {
    /// What the query's `embed` asks for.
    pub(crate) fn asked(call: &Call) -> Self {
        if call.query_all("embed").any(|embedded| embedded == "methods") { Self::Whole } else { Self::Named }
    }
}

/// A resource as AWS shows it.
pub(crate) fn resource(resource: &Resource, methods: Methods) -> Value {
    let shown = resource.resource_methods.iter().map(|(verb, of_verb)| {
        let view = match methods {
            Methods::Named => Value::Object(Map::new()),
            Methods::Whole => method(*verb, of_verb, &resource.id),
        };
        (verb.as_str().to_owned(), view)
    });
    let shown: Map<String, Value> = shown.collect();
    object([
        ("id", plain(&resource.id)),
        ("parentId", plain(&resource.parent_id)),
        ("pathPart", plain(&resource.path_part)),
        ("path", plain(&resource.path)),
        ("resourceMethods", (!shown.is_empty()).then_some(Value::Object(shown))),
    ])
}
