//! Errors of a YAML file in one form: `file:line:column: what is wrong; did you mean ..?`.

use serde_saphyr::Location;

use crate::failure::Failure;

/// Turns the parser's error into a usage error that names the place, with a suggestion for an unknown key.
pub(super) fn yaml_failure(origin: &str, error: &serde_saphyr::Error) -> Failure {
    let plain = error.without_snippet();
    let place = error.location().map_or_else(String::new, |at| format!(":{}:{}", at.line(), at.column()));
    if let serde_saphyr::Error::SerdeUnknownField { field, expected, .. } = plain {
        return Failure::usage(format!(
            "{origin}{place}: unknown key `{field}`{}; the keys here are: {}",
            did_you_mean(field, expected),
            expected.join(", ")
        ));
    }
    let message = plain.to_string();
    Failure::usage(format!("{origin}{place}: {}", message.lines().next().unwrap_or("not valid YAML")))
}

/// A usage error at a place of the file.
pub(super) fn failure_at(origin: &str, at: Location, message: &str) -> Failure {
    Failure::usage(format!("{origin}:{}:{}: {message}", at.line(), at.column()))
}

/// `; did you mean ..?` when one of the known names is close to what was written, else nothing.
pub(crate) fn did_you_mean(written: &str, known: &[&str]) -> String {
    const SIMILARITY_MIN: f64 = 0.75;
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(written, name), *name))
        .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
