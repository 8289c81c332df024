//! GetResource. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResource.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_resource(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let methods = views::Methods::asked(call);
    Ok(Answer::Json(views::resource(lookup::resource(&api, call)?, methods)))
}
