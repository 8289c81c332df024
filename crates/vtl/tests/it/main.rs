//! Tests of the engine through its public API: tables of template, context and expected text, the recorded answers of API
//! Gateway, limits, and properties.

mod corpus;
mod errors;
mod host;
mod language;
mod limits;
mod methods;
mod properties;
mod support;
mod values;
mod whitespace;
