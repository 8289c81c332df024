//! A mapping template that is parsed, and what of a request it can look at.
//!
//! What must stay true: a template that never says a name cannot reach what stands behind it, for Velocity here has no way to make a
//! reference out of text; so what is not named need not be made.

use alluvium_vtl::{Template, TemplateError};

use crate::template;

/// A template that can run.
pub(crate) struct MappingTemplate {
    pub(crate) parsed: Template,
    /// Whether it can look at `$context`.
    pub(crate) uses_context: bool,
    /// Whether it can look at the request's parameters.
    pub(crate) uses_parameters: bool,
}

impl MappingTemplate {
    /// Parses `source` under the name that its errors will carry.
    pub(super) fn parse(name: &str, source: &str) -> Result<Self, TemplateError> {
        Ok(Self {
            parsed: template::parse(name, source)?,
            uses_context: source.contains("context"),
            uses_parameters: source.contains("params"),
        })
    }
}
