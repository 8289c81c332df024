//! FlushStageCache and FlushStageAuthorizersCache: nothing is cached here, so there is nothing to flush.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageCache.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn flush_stage_cache(call: &Call) -> Outcome {
    lookup::stage(&*call.rest_api()?, call)?;
    Ok(Answer::Empty)
}
