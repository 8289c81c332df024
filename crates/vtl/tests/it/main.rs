//! Tests of the engine through its public API: tables of template, context and expected text, the recorded answers of API
//! Gateway, limits, and properties.

mod corpus;
mod language;
mod support;
