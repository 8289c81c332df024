//! GetModelTemplate: a mapping template that makes a sample of the model.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetModelTemplate.html>
//!
//! What must stay true: a model that refers to itself comes to an end.

use serde_json::json;

use super::no_model;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::import::model_name;
use crate::json::{self, Json};
use crate::model::RestApi;

/// How deep samples of samples go.
const DEPTH_MAX: usize = 8;

pub(crate) fn get_model_template(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let name = call.path("model_name");
    let model = api.models.get(name).ok_or_else(|| no_model(name))?;
    let schema = model.schema.as_deref().and_then(|schema| json::parse(schema).ok());
    let mut template = "#set($inputRoot = $input.path('$'))\n".to_owned();
    write_sample(&mut template, &api, schema.as_ref().unwrap_or(&Json::Null), "$inputRoot", 0);
    Ok(Answer::Json(json!({ "value": template })))
}

/// Writes a sample of `schema`, whose lists are made of what is at `path` in the payload.
fn write_sample(out: &mut String, api: &RestApi, schema: &Json, path: &str, depth: usize) {
    let Json::Object(members) = schema else { return out.push_str("{ }") };
    if let Some(Json::String(target)) = members.get("$ref") {
        let model = model_name(target).and_then(|name| api.models.get(name)).filter(|_| depth < DEPTH_MAX);
        let schema = model.and_then(|model| json::parse(model.schema.as_deref()?).ok());
        return write_sample(out, api, schema.as_ref().unwrap_or(&Json::Null), path, depth + 1);
    }
    let kind = match members.get("type") {
        Some(Json::String(kind)) => kind.as_str(),
        _ => "object",
    };
    match kind {
        "array" if depth < DEPTH_MAX => {
            write_list(out, api, members.get("items").unwrap_or(&Json::Null), path, depth);
        }
        "string" => out.push_str("\"foo\""),
        "integer" => out.push_str("42"),
        "number" => out.push_str("42.0"),
        "boolean" => out.push_str("true"),
        "null" => out.push_str("null"),
        "object" if depth < DEPTH_MAX => write_object(out, api, members.get("properties"), path, depth),
        _ => out.push_str("{ }"),
    }
}

fn write_list(out: &mut String, api: &RestApi, items: &Json, path: &str, depth: usize) {
    out.push_str("[\n##Change this loop to the list that the payload has\n");
    out.push_str("#foreach($elem in ");
    out.push_str(path);
    out.push_str(")\n");
    out.push_str(&" ".repeat(depth + 1));
    write_sample(out, api, items, "$elem", depth + 1);
    out.push_str("#if($foreach.hasNext),#end\n#end\n");
    out.push_str(&"  ".repeat(depth));
    out.push(']');
}

fn write_object(out: &mut String, api: &RestApi, properties: Option<&Json>, path: &str, depth: usize) {
    let Some(Json::Object(properties)) = properties.filter(|properties| **properties != Json::Null) else {
        return out.push_str("{ }");
    };
    out.push_str("{\n");
    for (index, (name, schema)) in properties.iter().enumerate() {
        if index > 0 {
            out.push_str(",\n");
        }
        out.push_str(&"  ".repeat(depth + 1));
        out.push_str(&Json::String(name.clone()).to_string());
        out.push_str(" : ");
        write_sample(out, api, schema, &format!("{path}.{name}"), depth + 1);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push('}');
}
