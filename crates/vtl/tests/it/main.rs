//! Tests of the engine through its public API: tables of template, context and expected text, the recorded answers of API
//! Gateway, limits, and properties.

mod corpus;
mod errors;
mod foreign_templates;
mod host;
mod language;
mod limits;
mod methods;
mod properties;
mod support;
mod template_fuzz;
mod values;
mod whitespace;
