//! A deployment as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_Deployment.html>

use serde_json::{Map, Value, json};

use super::{object, plain, seconds};
use crate::model::Deployment;

/// A deployment as AWS shows it; with the methods of its paths when they are asked for.
pub(crate) fn deployment(deployment: &Deployment, with_summary: bool) -> Value {
    object([
        ("id", plain(&deployment.id)),
        ("description", plain(&deployment.description)),
        ("createdDate", Some(seconds(deployment.created_millis))),
        ("apiSummary", with_summary.then(|| summary(deployment))),
    ])
}

fn summary(deployment: &Deployment) -> Value {
    let mut paths = Map::new();
    for resource in deployment.resources.values().filter(|resource| !resource.resource_methods.is_empty()) {
        let methods = resource.resource_methods.iter().map(|(verb, method)| {
            let snapshot = json!({
                "authorizationType": method.authorization_type.as_str(),
                "apiKeyRequired": method.api_key_required,
            });
            (verb.as_str().to_owned(), snapshot)
        });
        paths.insert(resource.path.clone(), Value::Object(methods.collect()));
    }
    Value::Object(paths)
}
