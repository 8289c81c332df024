//! Models as a document's schemas.
//!
//! What must stay true: a reference between models becomes one inside the document.

use super::object::Object;
use super::options::ExportFormat;
use crate::import::{change_references, model_name};
use crate::json::{self, Json};
use crate::model::{Model, RestApi};

/// All models of the API by name.
pub(super) fn schemas(api: &RestApi, format: ExportFormat) -> Object {
    let mut schemas = Object::new();
    for model in api.models.values() {
        schemas.put(&model.name, schema(model, format));
    }
    schemas
}

/// A reference to one of them, when it is there.
pub(super) fn reference(api: &RestApi, name: &str, format: ExportFormat) -> Option<Json> {
    let reference = format!("{}{name}", format.schemas());
    api.models.contains_key(name).then(|| Object::new().with("$ref", reference).into())
}

fn schema(model: &Model, format: ExportFormat) -> Json {
    let text = model.schema.as_deref().unwrap_or("{}");
    let mut schema = json::parse(text).unwrap_or_else(|_| Object::new().into());
    change_references(&mut schema, &|target| Some(format!("{}{}", format.schemas(), model_name(target)?)));
    if let (Some(description), Json::Object(members)) = (&model.description, &mut schema)
        && !members.contains_key("description")
    {
        members.insert("description".to_owned(), description.into());
    }
    schema
}
