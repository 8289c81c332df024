//! Mapping templates: Velocity with API Gateway's own variables `$input`, `$util`, `$context` and `$stageVariables`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>
//!
//! What must stay true: a rendering sees only what is given to it and changes only the override maps of `$context`.

mod check;
mod context;
mod input;
mod parameters;
mod render;
mod text;
mod util_encode;
mod util_variable;
mod values;

use alluvium_vtl::{Limits, Template, TemplateError};

pub use check::{Severity, TemplateFinding, check_template};
pub(crate) use context::{ContextMap, RequestContext};
pub(crate) use input::{Input, Payload};
pub(crate) use parameters::Parameters;
pub use render::{RenderTemplateError, TemplateInput, render_template};
pub(crate) use render::{Scope, render};

/// Parses a mapping template under the name that its errors will carry.
pub(crate) fn parse(name: &str, source: &str) -> Result<Template, TemplateError> {
    Template::parse(name, source, &Limits::default())
}
