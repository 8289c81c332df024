//! UpdateResource: moving and renaming it, with all below it. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateResource.html>

use super::tree;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::lookup::no_resource;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::RestApi;

#[derive(Debug, Clone, Copy)]
enum Kind {
    ParentId,
    PathPart,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/parentId", ops: &[Op::Replace], kind: Kind::ParentId },
        Rule { path: "/pathPart", ops: &[Op::Replace], kind: Kind::PathPart },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_resource(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let id = lookup::resource(&edit.api, call)?.id.clone();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::ParentId => place(&mut edit.api, &id, Some(step.text()), None)?,
                Kind::PathPart => place(&mut edit.api, &id, None, Some(step.text()))?,
            }
        }
        Ok(Answer::Json(views::resource(lookup::resource(&edit.api, call)?, views::Methods::Named)))
    })
}

/// Gives a resource another parent or another name.
fn place(
    api: &mut RestApi,
    id: &str,
    parent_id: Option<&str>,
    path_part: Option<&str>,
) -> Result<(), ControlError> {
    let resource = api.resources.get(id).ok_or_else(no_resource)?;
    let (Some(old_parent), Some(old_part)) = (&resource.parent_id, &resource.path_part) else {
        return Err(ControlError::bad_request("The root resource cannot be moved or renamed"));
    };
    let parent_id = parent_id.unwrap_or(old_parent);
    let path_part = path_part.unwrap_or(old_part).to_owned();
    let parent = api.resources.get(parent_id).ok_or_else(no_resource)?;
    if tree::with_descendants(api, id).contains(&parent.id) {
        return Err(ControlError::bad_request("Resources cannot be cyclical."));
    }
    tree::check_place(api, parent, &path_part, Some(id))?;
    let (parent_id, path) = (parent.id.clone(), tree::path_below(&parent.path, &path_part));
    if let Some(resource) = api.resources.get_mut(id) {
        resource.parent_id = Some(parent_id);
        resource.path_part = Some(path_part);
        resource.path = path;
    }
    tree::refresh_paths_below(api, id);
    Ok(())
}
