//! CreateResource. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html>

use super::tree;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup::no_resource;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::RESOURCES_MAX;
use crate::model::{RESOURCE_ID_CHARS, Resource, new_id};
use indexmap::IndexMap;

pub(crate) fn create_resource(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let path_part = members.required_text("pathPart")?;
    members.finish()?;
    call.edit_api(|edit| {
        let api = &mut edit.api;
        let parent = api.resources.get(call.path("parent_id")).ok_or_else(no_resource)?;
        tree::check_place(api, parent, &path_part, None)?;
        if api.resources.len() >= RESOURCES_MAX {
            return Err(ControlError::limit_exceeded(
                "Maximum number of Resources for this API has been reached. Please contact AWS if you need additional Resources.",
            ));
        }
        let resource = Resource {
            id: new_id(RESOURCE_ID_CHARS),
            parent_id: Some(parent.id.clone()),
            path: tree::path_below(&parent.path, &path_part),
            path_part: Some(path_part),
            resource_methods: IndexMap::new(),
        };
        let view = views::resource(&resource, views::Methods::Named);
        api.resources.insert(resource.id.clone(), resource);
        Ok(Answer::Json(view))
    })
}
