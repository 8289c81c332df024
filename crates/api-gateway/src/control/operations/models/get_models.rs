//! GetModels and GetModel. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetModel.html>
//!
//! What must stay true: a flattened schema has every model that it refers to inside it, each once.

use std::sync::Arc;

use serde_json::json;

use super::no_model;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::export::pretty_json;
use crate::import::{change_references, model_name};
use crate::json::{self, Json};
use crate::model::RestApi;

pub(crate) fn get_models(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let keyed = api.models.values().map(|model| (model.name.clone(), model));
    Ok(Answer::Json(page.list(keyed, views::model)))
}

pub(crate) fn get_model(call: &Call) -> Outcome {
    let api: Arc<RestApi> = call.rest_api()?;
    let name = call.path("model_name");
    let model = api.models.get(name).ok_or_else(|| no_model(name))?;
    let mut view = views::model(model);
    if call.query("flatten") == Some("true")
        && let Some(schema) = flattened(&api, name)
    {
        view["schema"] = json!(schema);
    }
    Ok(Answer::Json(view))
}

/// The schema of a model with the models that it refers to under `definitions`.
fn flattened(api: &RestApi, name: &str) -> Option<String> {
    let mut wanted = Vec::new();
    let mut definitions = indexmap::IndexMap::new();
    let mut whole = inner(api, name, &mut wanted)?;
    let mut next = 0;
    while let Some(name) = wanted.get(next).cloned() {
        next += 1;
        if let Some(schema) = inner(api, &name, &mut wanted) {
            definitions.insert(name, schema);
        }
    }
    if let Json::Object(members) = &mut whole
        && !definitions.is_empty()
    {
        members.insert("definitions".to_owned(), Json::Object(definitions));
    }
    Some(pretty_json(&whole))
}

/// The schema of a model with references into `definitions`; the models that it names are added to `wanted`.
fn inner(api: &RestApi, name: &str, wanted: &mut Vec<String>) -> Option<Json> {
    let mut schema = json::parse(api.models.get(name)?.schema.as_deref()?).ok()?;
    let named = std::cell::RefCell::new(wanted);
    change_references(&mut schema, &|target| {
        let name = model_name(target)?;
        let mut wanted = named.borrow_mut();
        if !wanted.iter().any(|known| known == name) {
            wanted.push(name.to_owned());
        }
        Some(format!("#/definitions/{name}"))
    });
    Some(schema)
}
