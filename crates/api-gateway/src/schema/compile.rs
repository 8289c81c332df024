//! From the text of models to a compiled schema.
//!
//! What must stay true: each place in a model is compiled once, so references may go in circles; a place that a reference does
//! not find is an error; compiling takes no more stack for a long chain of references than for a short one.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use regex::{Regex, RegexBuilder};

use super::{Additional, Bound, Dependency, Items, Node, Range, Schema, SchemaError, Type};
use crate::json::{self, Json};
use crate::limits::{MODEL_BYTES_MAX, PATTERN_BYTES_MAX, SCHEMA_NODES_MAX};
use crate::model::Model;

/// What the URL of another model has in front of the model's name.
const MODELS: &str = "/models/";

struct Compiler<'a> {
    models: &'a IndexMap<String, Model>,
    documents: HashMap<String, Arc<Json>>,
    /// By model and JSON pointer.
    places: HashMap<(String, String), usize>,
    nodes: Vec<Node>,
    /// The places that have a node and are not compiled yet.
    pending: Vec<Place>,
}

struct Place {
    node: usize,
    model: String,
    pointer: String,
}

type Object = IndexMap<String, Json>;

pub(super) fn compile(name: &str, models: &IndexMap<String, Model>) -> Result<Schema, SchemaError> {
    let mut compiler = Compiler {
        models,
        documents: HashMap::new(),
        places: HashMap::new(),
        nodes: Vec::new(),
        pending: Vec::new(),
    };
    let root = compiler.place(name, "")?;
    while let Some(place) = compiler.pending.pop() {
        compiler.compile(&place)?;
    }
    Ok(Schema { nodes: compiler.nodes, root })
}

impl Compiler<'_> {
    /// The node of a place in a model, which is compiled later when it is not yet.
    fn place(&mut self, model: &str, pointer: &str) -> Result<usize, SchemaError> {
        let key = (model.to_owned(), pointer.to_owned());
        if let Some(node) = self.places.get(&key) {
            return Ok(*node);
        }
        if self.nodes.len() >= SCHEMA_NODES_MAX {
            return Err(fail(model, &format!("it has more than {SCHEMA_NODES_MAX} schemas")));
        }
        let index = self.nodes.len();
        self.places.insert(key, index);
        self.nodes.push(Node::default());
        self.pending.push(Place { node: index, model: model.to_owned(), pointer: pointer.to_owned() });
        Ok(index)
    }

    fn compile(&mut self, place: &Place) -> Result<(), SchemaError> {
        let Place { node, model, pointer } = place;
        let document = self.document(model)?;
        let value =
            at(&document, pointer).ok_or_else(|| fail(model, &format!("'#{pointer}' is not in it")))?;
        let Json::Object(object) = value else {
            return Err(fail(model, &format!("'#{pointer}' is not a schema, which is an object")));
        };
        let compiled = self.node(model, pointer, object)?;
        if let Some(known) = self.nodes.get_mut(*node) {
            *known = compiled;
        }
        Ok(())
    }

    fn document(&mut self, name: &str) -> Result<Arc<Json>, SchemaError> {
        if let Some(document) = self.documents.get(name) {
            return Ok(Arc::clone(document));
        }
        let model = self.models.get(name).ok_or_else(|| fail(name, "there is no such model"))?;
        let text = model.schema.as_deref().filter(|text| !text.trim().is_empty()).unwrap_or("{}");
        if text.len() > MODEL_BYTES_MAX {
            return Err(fail(name, &format!("its schema has more than {MODEL_BYTES_MAX} bytes")));
        }
        let parsed =
            json::parse(text).map_err(|error| fail(name, &format!("its schema is not JSON: {error}")))?;
        let document = Arc::new(parsed);
        self.documents.insert(name.to_owned(), Arc::clone(&document));
        Ok(document)
    }

    fn node(&mut self, model: &str, pointer: &str, object: &Object) -> Result<Node, SchemaError> {
        if let Some(Json::String(reference)) = object.get("$ref") {
            return Ok(Node { reference: Some(self.reference(model, reference)?), ..Node::default() });
        }
        let bound = |value: &str, exclusive: &str| {
            let is_exclusive = object.get(exclusive) == Some(&Json::Bool(true));
            object.get(value).and_then(Json::as_f64).map(|value| Bound { value, is_exclusive })
        };
        let mut node = Node {
            types: types(model, object)?,
            enumeration: array(object, "enum").map(<[Json]>::to_vec),
            minimum: bound("minimum", "exclusiveMinimum"),
            maximum: bound("maximum", "exclusiveMaximum"),
            multiple_of: object.get("multipleOf").and_then(Json::as_f64).filter(|number| *number > 0.0),
            lengths: range(object, "minLength", "maxLength"),
            item_counts: range(object, "minItems", "maxItems"),
            property_counts: range(object, "minProperties", "maxProperties"),
            has_unique_items: object.get("uniqueItems") == Some(&Json::Bool(true)),
            required: texts(object.get("required")),
            ..Node::default()
        };
        if let Some(Json::String(text)) = object.get("pattern") {
            node.pattern = Some((text.clone(), pattern(model, text)?));
        }
        self.arrays(model, pointer, object, &mut node)?;
        self.objects(model, pointer, object, &mut node)?;
        node.all_of = self.list(model, pointer, object, "allOf")?;
        node.any_of = self.list(model, pointer, object, "anyOf")?;
        node.one_of = self.list(model, pointer, object, "oneOf")?;
        if object.contains_key("not") {
            node.not = Some(self.place(model, &format!("{pointer}/not"))?);
        }
        Ok(node)
    }

    fn arrays(
        &mut self,
        model: &str,
        pointer: &str,
        object: &Object,
        node: &mut Node,
    ) -> Result<(), SchemaError> {
        node.items = match object.get("items") {
            None => Items::Any,
            Some(Json::Array(_)) => Items::Each(self.list(model, pointer, object, "items")?),
            Some(_) => Items::All(self.place(model, &format!("{pointer}/items"))?),
        };
        node.additional_items = self.additional(model, pointer, object, "additionalItems")?;
        Ok(())
    }

    fn objects(
        &mut self,
        model: &str,
        pointer: &str,
        object: &Object,
        node: &mut Node,
    ) -> Result<(), SchemaError> {
        for name in names(object, "properties") {
            let place = self.place(model, &format!("{pointer}/properties/{}", escaped(&name)))?;
            node.properties.insert(name, place);
        }
        for name in names(object, "patternProperties") {
            let place = self.place(model, &format!("{pointer}/patternProperties/{}", escaped(&name)))?;
            node.pattern_properties.push((pattern(model, &name)?, place));
        }
        node.additional_properties = self.additional(model, pointer, object, "additionalProperties")?;
        if let Some(Json::Object(dependencies)) = object.get("dependencies") {
            for (name, value) in dependencies {
                let dependency = match value {
                    Json::Array(_) => Dependency::Properties(texts(Some(value))),
                    _ => Dependency::Schema(
                        self.place(model, &format!("{pointer}/dependencies/{}", escaped(name)))?,
                    ),
                };
                node.dependencies.push((name.clone(), dependency));
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        model: &str,
        pointer: &str,
        object: &Object,
        key: &str,
    ) -> Result<Vec<usize>, SchemaError> {
        let count = array(object, key).map_or(0, <[Json]>::len);
        (0..count).map(|index| self.place(model, &format!("{pointer}/{key}/{index}"))).collect()
    }

    fn additional(
        &mut self,
        model: &str,
        pointer: &str,
        object: &Object,
        key: &str,
    ) -> Result<Additional, SchemaError> {
        Ok(match object.get(key) {
            None | Some(Json::Bool(true)) => Additional::Allowed,
            Some(Json::Bool(false)) => Additional::Refused,
            Some(_) => Additional::Like(self.place(model, &format!("{pointer}/{key}"))?),
        })
    }

    /// `#/pointer`, or the URL of a model, with or without a pointer.
    fn reference(&mut self, model: &str, reference: &str) -> Result<usize, SchemaError> {
        let (url, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        if url.is_empty() {
            return self.place(model, pointer);
        }
        let name = url.rsplit_once(MODELS).map(|(_, name)| name);
        let name = name.ok_or_else(|| {
            fail(model, &format!("'{reference}' refers to no model: write https://apigateway.amazonaws.com/restapis/API-ID/models/NAME"))
        })?;
        self.place(name, pointer)
    }
}

/// The value that a JSON pointer names.
fn at<'j>(document: &'j Json, pointer: &str) -> Option<&'j Json> {
    let mut value = document;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        value = match value {
            Json::Object(members) => members.get(&name)?,
            Json::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn types(model: &str, object: &Object) -> Result<Vec<Type>, SchemaError> {
    let names = match object.get("type") {
        Some(Json::String(name)) => vec![name.clone()],
        other => texts(other),
    };
    let known = |name: &String| {
        Type::of_name(name).ok_or_else(|| fail(model, &format!("'{name}' is not a type of JSON Schema")))
    };
    names.iter().map(known).collect()
}

fn pattern(model: &str, text: &str) -> Result<Regex, SchemaError> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| {
        let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        fail(model, &format!("pattern '{text}' cannot be used: {reason}"))
    })
}

fn range(object: &Object, min: &str, max: &str) -> Range {
    let count = |name: &str| match object.get(name) {
        Some(Json::Int(count)) => usize::try_from(*count).ok(),
        _ => None,
    };
    Range { min: count(min), max: count(max) }
}

fn array<'o>(object: &'o Object, name: &str) -> Option<&'o [Json]> {
    match object.get(name) {
        Some(Json::Array(items)) => Some(items),
        _ => None,
    }
}

fn names(object: &Object, key: &str) -> Vec<String> {
    match object.get(key) {
        Some(Json::Object(members)) => members.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The texts of an array; nothing for anything else.
fn texts(value: Option<&Json>) -> Vec<String> {
    let Some(Json::Array(items)) = value else { return Vec::new() };
    let text = |item: &Json| if let Json::String(text) = item { Some(text.clone()) } else { None };
    items.iter().filter_map(text).collect()
}

fn fail(model: &str, reason: &str) -> SchemaError {
    SchemaError { model: model.to_owned(), reason: reason.to_owned() }
}
