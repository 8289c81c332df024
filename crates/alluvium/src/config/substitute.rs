//! `${NAME}` in configuration values: replaced once, at start, and never again in what was put in.

/// Where the value of a `${NAME}` comes from, and what may stay as it is.
pub(super) struct Substitution<'a> {
    /// Names that the configuration itself gives, such as `user_id`.
    pub(super) known: &'a [(&'a str, &'a str)],
    /// Whether other names are looked up in the environment; an unset one is an error.
    pub(super) environment: bool,
}

impl Substitution<'_> {
    /// Replaces each `${NAME}`. With the environment off, names that are not known stay as they are: an API definition
    /// has `${stageVariables.x}` and Velocity's `${x}` of its own.
    pub(super) fn apply(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            out.push_str(&rest[..start]);
            let after = &rest[start + 2..];
            let Some(end) = after.find('}') else {
                if self.environment {
                    return Err(format!("`${{` without its `}}` in {text:?}"));
                }
                out.push_str("${");
                rest = after;
                continue;
            };
            let name = &after[..end];
            match self.known.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => out.push_str(value),
                None if self.environment => out.push_str(&environment(name)?),
                None => {
                    out.push_str("${");
                    rest = after;
                    continue;
                }
            }
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

fn environment(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| {
        format!(
            "`${{{name}}}` is neither a value of this file (user_id, region, account_id) nor set in the environment"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::Substitution;

    const KNOWN: &[(&str, &str)] = &[("user_id", "0a1b"), ("nested", "${user_id}")];

    fn check(environment: bool, text: &str, expected: Result<&str, &str>) {
        let got = Substitution { known: KNOWN, environment }.apply(text);
        match expected {
            Ok(value) => assert_eq!(got.as_deref(), Ok(value)),
            Err(part) => assert!(got.as_ref().is_err_and(|error| error.contains(part)), "{got:?}"),
        }
    }

    #[test]
    fn known_names_are_replaced_once() {
        check(true, "streaming-${user_id}-pin", Ok("streaming-0a1b-pin"));
        check(true, "${nested}", Ok("${user_id}"));
        check(true, "no names, $5 and {braces}", Ok("no names, $5 and {braces}"));
    }

    #[test]
    fn an_unset_name_is_an_error_that_names_it() {
        check(true, "${ALLUVIUM_SURELY_UNSET}", Err("ALLUVIUM_SURELY_UNSET"));
        check(true, "${user_id", Err("without its `}`"));
    }

    #[test]
    fn an_api_definition_keeps_references_of_its_own() {
        check(false, "${stageVariables.x} ${user_id} ${foo} ${", Ok("${stageVariables.x} 0a1b ${foo} ${"));
    }
}
