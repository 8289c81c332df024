//! The rules: each looks at one thing and says it in one way.

use alluvium_vtl::{Inspection, Place, Position, ReferenceUse, StepKind, UnknownDirective};

use super::finding::{Severity, TemplateFinding};
use super::members::{
    CONTEXT, DIRECTIVES, DIRECTIVES_ELSEWHERE, ERROR, IDENTITY, INPUT, MAP_METHODS, REQUEST_OVERRIDE,
    RESPONSE_OVERRIDE, UTIL, UTIL_OF_APPSYNC, VARIABLES, nearest,
};
use crate::jsonpath::JsonPath;

/// The findings of one template.
struct Findings<'n> {
    template: &'n str,
    list: Vec<TemplateFinding>,
}

/// All that the rules have to say.
pub(super) fn findings(name: &str, inspection: &Inspection<'_>) -> Vec<TemplateFinding> {
    let mut findings = Findings { template: name, list: Vec::new() };
    for reference in &inspection.references {
        variable(&mut findings, reference, inspection);
        if reference.place == (Place::Text { is_in_quotes: true }) {
            json_in_quotes(&mut findings, reference);
        }
        match reference.name {
            "input" => input(&mut findings, reference),
            "util" => util(&mut findings, reference),
            "context" => context(&mut findings, reference),
            _ => {}
        }
        conditions(&mut findings, reference);
    }
    for position in &inspection.literal_conditions {
        findings.warn(
            "literal-condition",
            *position,
            "a condition that is a bare literal is never true in Velocity 1.7".to_owned(),
            Some("compare with something, or write #if(true)".to_owned()),
        );
    }
    for (_, position) in inspection.bound_names.iter().filter(|(name, _)| name.starts_with(['{', '!'])) {
        findings.warn(
            "set-in-braces",
            *position,
            "a name in braces, or after `$!`, binds no variable of that name on API Gateway".to_owned(),
            Some("bind it as #set($name = ..)".to_owned()),
        );
    }
    for directive in inspection.unknown_directives {
        unknown_directive(&mut findings, directive);
    }
    findings.list
}

impl Findings<'_> {
    fn warn(&mut self, rule: &'static str, position: Position, message: String, hint: Option<String>) {
        self.push(Severity::Warning, rule, position, message, hint);
    }

    fn push(
        &mut self,
        severity: Severity,
        rule: &'static str,
        position: Position,
        message: String,
        hint: Option<String>,
    ) {
        self.list.push(TemplateFinding {
            template: self.template.to_owned(),
            line: position.line,
            column: position.column,
            severity,
            rule,
            message,
            hint,
        });
    }

    /// A member that does not exist.
    fn unknown(&mut self, position: Position, owner: &str, name: &str, known: &[&str]) {
        let hint = match nearest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean {owner}.{meant}?"),
            None => format!("{owner} has {}", known.join(", ")),
        };
        let message = format!("{owner} has no '{name}'; it prints as nothing");
        self.warn("unknown-member", position, message, Some(hint));
    }
}

/// A variable that nothing sets prints as nothing.
fn variable(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>, inspection: &Inspection<'_>) {
    let bound = || inspection.bound_names.iter().map(|(name, _)| *name);
    let is_known = |name: &str| VARIABLES.contains(&name) || bound().any(|bound| bound == name);
    let name = reference.name;
    if is_known(name) {
        return;
    }
    let before_hyphen = name.rmatch_indices('-').map(|(at, _)| &name[..at]).find(|name| is_known(name));
    let hint = match before_hyphen {
        Some(shorter) => Some(format!(
            "a hyphen is part of a name: write ${{{shorter}}}{} if ${shorter} was meant",
            &name[shorter.len()..]
        )),
        None => nearest(name, bound().chain(VARIABLES.iter().copied()))
            .map(|meant| format!("did you mean ${meant}?")),
    };
    let message = format!("nothing sets ${name}; it prints as nothing");
    findings.warn("undefined-variable", reference.position, message, hint);
}

fn json_in_quotes(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>) {
    let is_json = reference.name == "input"
        && matches!(reference.steps.as_slice(), [step] if is_method(&step.kind, "json"));
    if is_json {
        findings.warn(
            "json-in-quotes",
            reference.position,
            "$input.json gives JSON with its own quotes: in quotes a text gets them twice".to_owned(),
            Some("leave out the quotes around it, or use $input.path".to_owned()),
        );
    }
}

fn is_method(kind: &StepKind<'_>, wanted: &str) -> bool {
    matches!(kind, StepKind::Method { name, .. } if *name == wanted)
}

fn input(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>) {
    let Some(step) = reference.steps.first() else { return };
    match &step.kind {
        StepKind::Method { name, .. } if !INPUT.contains(name) => {
            findings.unknown(step.position, "$input", name, INPUT);
        }
        StepKind::Property(name) if *name != "body" => {
            if INPUT.contains(name) {
                let message = format!("$input.{name} is a method; without parentheses it prints as nothing");
                let hint = format!("write $input.{name}(..)");
                findings.warn("unknown-member", step.position, message, Some(hint));
            } else {
                findings.unknown(step.position, "$input", name, INPUT);
            }
        }
        StepKind::Method { name: "path" | "json", arguments } => {
            let Some(Some(path)) = arguments.first() else { return };
            if let Err(error) = JsonPath::parse(path) {
                findings.push(Severity::Error, "json-path", step.position, error.to_string(), None);
            }
        }
        _ => {}
    }
}

fn util(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>) {
    let Some(step) = reference.steps.first() else { return };
    let name = match &step.kind {
        StepKind::Property(name) | StepKind::Method { name, .. } => *name,
        _ => return,
    };
    let is_called = matches!(step.kind, StepKind::Method { .. });
    if UTIL_OF_APPSYNC.contains(&name) {
        let message = format!("$util.{name} is AppSync's; on API Gateway it prints as nothing");
        let hint = match name {
            "toJson" => "print the parts, or use $input.json for a part of the payload",
            "qr" | "quiet" => "write #set($ignored = ..)",
            _ => "API Gateway's $util only encodes and decodes",
        };
        findings.warn("unknown-member", step.position, message, Some(hint.to_owned()));
    } else if !UTIL.contains(&name) {
        findings.unknown(step.position, "$util", name, UTIL);
    } else if !is_called {
        let message = format!("$util.{name} is a method; without parentheses it prints as nothing");
        findings.warn("unknown-member", step.position, message, Some(format!("write $util.{name}(..)")));
    }
    let is_escaped_text = name == "escapeJavaScript" && reference.steps.len() == 1;
    if is_escaped_text && reference.place == (Place::Text { is_in_quotes: true }) {
        findings.warn(
            "escaped-quote-in-json",
            reference.position,
            "$util.escapeJavaScript writes \\' for ', which is not JSON".to_owned(),
            Some(r#"add .replaceAll("\\'", "'")"#.to_owned()),
        );
    }
}

fn context(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>) {
    let mut owner = "$context".to_owned();
    let mut known: Option<&[&str]> = Some(CONTEXT);
    for step in &reference.steps {
        let Some(members) = known else { return };
        let (name, is_called) = match &step.kind {
            StepKind::Property(name) => (*name, false),
            StepKind::Method { name, .. } => (*name, true),
            _ => return,
        };
        if is_called {
            if !MAP_METHODS.contains(&name) {
                findings.unknown(step.position, &owner, name, members);
            }
            return;
        }
        if !members.contains(&name) {
            let is_override =
                matches!(owner.as_str(), "$context.requestOverride" | "$context.responseOverride");
            if is_override && reference.place == Place::Target {
                let message = format!("{owner}.{name} changes nothing");
                let hint = format!("{owner} has {}", members.join(", "));
                findings.warn("unknown-override", step.position, message, Some(hint));
            } else {
                findings.unknown(step.position, &owner, name, members);
            }
            return;
        }
        known = match (owner.as_str(), name) {
            ("$context", "identity") => Some(IDENTITY),
            ("$context", "error") => Some(ERROR),
            ("$context", "requestOverride") => Some(REQUEST_OVERRIDE),
            ("$context", "responseOverride") => Some(RESPONSE_OVERRIDE),
            _ => None,
        };
        owner = format!("{owner}.{name}");
    }
}

/// What a condition gets from outside is a text, or nothing, and both are true.
fn conditions(findings: &mut Findings<'_>, reference: &ReferenceUse<'_>) {
    let last_method = reference.steps.last().map(|step| &step.kind);
    let is_input = |wanted: &str| {
        reference.name == "input"
            && reference.steps.len() == 1
            && last_method.is_some_and(|kind| is_method(kind, wanted))
    };
    let is_text = is_input("params") || is_input("json") || reference.name == "stageVariables";
    match reference.place {
        Place::Condition if is_text || is_input("path") => {
            let literal = reference.literal;
            let message = format!("{literal} is true also when there is no such value: only false is false");
            let hint = format!("write {literal} != ''");
            findings.warn("always-true", reference.position, message, Some(hint));
        }
        Place::Ordered if is_text => {
            let message = format!(
                "{} is a text, and texts are neither less nor greater: the comparison is false",
                reference.literal
            );
            let hint = "make a number of it first: #set($n = 0)#set($n = $n.parseInt(..))".to_owned();
            findings.warn("text-compared", reference.position, message, Some(hint));
        }
        _ => {}
    }
}

fn unknown_directive(findings: &mut Findings<'_>, directive: &UnknownDirective) {
    let name = &*directive.name;
    let is_elsewhere = DIRECTIVES_ELSEWHERE.contains(&name);
    let meant = match name {
        "elif" | "elsif" => Some("elseif"),
        _ => nearest(name, DIRECTIVES.iter().copied()),
    };
    let message = match (name, is_elsewhere) {
        ("macro", _) => {
            "API Gateway takes #macro and defines nothing: its calls print as they stand".to_owned()
        }
        (_, true) => format!("#{name} is no directive of API Gateway; it prints as it stands"),
        // A word after a hash is ordinary text, but for one with arguments or one that is nearly a directive.
        _ if directive.has_arguments || (meant.is_some() && name.len() > 2) => {
            format!("#{name} is no directive; it prints as it stands")
        }
        _ => return,
    };
    let hint = match meant {
        Some(meant) => Some(format!("did you mean #{meant}?")),
        None if name == "macro" => {
            Some("write the text out, or keep it in a variable with #define".to_owned())
        }
        None => None,
    };
    findings.warn("unknown-directive", directive.position, message, hint);
}
