//! Looking for mistakes in a mapping template without rendering it, for editors and CI.
//!
//! What must stay true: an error is what API Gateway would answer with a 500; a warning is what it would accept and what hardly
//! anybody means. Every rule is documented in docs/templates.md under its name.

mod finding;
mod members;
mod rules;

pub use finding::{Severity, TemplateFinding};

use alluvium_vtl::TemplateError;

use super::parse;

/// What is wrong with `template`, called `name`, in the order of its text; empty when nothing is. Pure, like
/// [`crate::render_template`].
pub fn check_template(name: &str, template: &str) -> Vec<TemplateFinding> {
    match parse(name, template) {
        Ok(parsed) => {
            let mut findings = rules::findings(name, &parsed.inspect());
            findings.sort_by_key(|finding| (finding.line, finding.column));
            findings
        }
        Err(TemplateError { template, position, piece, message }) => vec![TemplateFinding {
            template,
            line: position.line,
            column: position.column,
            severity: Severity::Error,
            rule: "syntax",
            message: format!("{message}, at `{piece}`"),
            hint: None,
        }],
    }
}
