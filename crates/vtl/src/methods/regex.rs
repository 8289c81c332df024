//! The methods of strings that take a pattern of Java's. What must stay true: a pattern is compiled once per template; every
//! search is paid for, one that tracks back more dearly, so that no pattern outlasts the budget of a rendering.

use std::sync::{Mutex, PoisonError};

use alluvium_java_regex::{Limits, MatchError, Pattern, PatternError, Replacement};

use super::Call;
use crate::{
    error::{Failure, quoted_piece},
    eval::Budget,
    limits::{REGEX_BACKTRACKS_MAX, REGEX_BYTES_MAX, REGEX_KEPT_MAX, REGEX_SEARCH_STEPS, REGEX_STEPS},
};

/// The compiled patterns of one template.
#[derive(Default)]
pub(crate) struct RegexCache {
    /// The pattern, whether it has to match the whole text, and what it was compiled to.
    compiled: Mutex<Vec<(Box<str>, bool, Pattern)>>,
}

impl RegexCache {
    /// `String.matches`: the whole text matches.
    pub(super) fn matches(&self, budget: &mut Budget, text: &str, pattern: &str) -> Result<bool, Failure> {
        let compiled = self.compile(budget, pattern, true)?;
        pay_for_search(budget, &compiled)?;
        compiled.is_found(text).map_err(Failure::from)
    }

    /// `String.replaceAll` and `replaceFirst`.
    pub(super) fn replace(
        &self,
        call: &mut Call<'_>,
        text: &str,
        pattern: &str,
        replacement: &str,
        count_max: usize,
    ) -> Result<String, Failure> {
        let compiled = self.compile(call.budget, pattern, false)?;
        let mut matches = compiled.matches(text);
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        // Java looks at the replacement when there is something to replace, and not before.
        let mut parsed = None;
        for _ in 0..count_max {
            pay_for_search(call.budget, &compiled)?;
            let Some(found) = matches.next_groups()? else { break };
            let range = found.range();
            out.push_str(&text[copied..range.start]);
            if parsed.is_none() {
                let read = Replacement::parse(replacement, &compiled).map_err(|error| {
                    Failure::Method(format!("the replacement `{}` {error}", quoted_piece(replacement)))
                })?;
                parsed = Some(read);
            }
            if let Some(parsed) = &parsed {
                parsed.write(&found, &mut out);
            }
            copied = range.end;
            call.allow_text(out.len())?;
        }
        out.push_str(&text[copied..]);
        Ok(out)
    }

    /// `String.split`: with a limit of 0 trailing empty parts go.
    pub(super) fn split<'t>(
        &self,
        budget: &mut Budget,
        text: &'t str,
        pattern: &str,
        limit: i32,
    ) -> Result<Vec<&'t str>, Failure> {
        let compiled = self.compile(budget, pattern, false)?;
        let count_max = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        compiled.split::<Failure>(text, count_max, |part| {
            pay_for_search(budget, &compiled)?;
            budget.entries(1)?;
            parts.push(part);
            Ok(())
        })?;
        if limit == 0 && parts.len() > 1 {
            while parts.last().is_some_and(|part| part.is_empty()) {
                parts.pop();
            }
        }
        Ok(parts)
    }

    /// A compiled pattern, from those that the template keeps or added to them.
    fn compile(&self, budget: &mut Budget, pattern: &str, whole: bool) -> Result<Pattern, Failure> {
        if let Some(compiled) = self.known(pattern, whole) {
            return Ok(compiled);
        }
        budget.steps(REGEX_STEPS)?;
        let limits = limits();
        let built =
            if whole { Pattern::compile_whole(pattern, &limits) } else { Pattern::compile(pattern, &limits) };
        let built = built.map_err(|error: PatternError| {
            Failure::Method(format!("the pattern `{}` cannot be used here: {error}", quoted_piece(pattern)))
        })?;
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if compiled.len() >= REGEX_KEPT_MAX {
            compiled.remove(0);
        }
        compiled.push((pattern.into(), whole, built.clone()));
        Ok(built)
    }

    fn known(&self, pattern: &str, whole: bool) -> Option<Pattern> {
        let compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let found = compiled.iter().find(|(known, is_whole, _)| &**known == pattern && *is_whole == whole);
        found.map(|(.., compiled)| compiled.clone())
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.compiled_bytes_max = REGEX_BYTES_MAX;
    limits.backtracks_max = REGEX_BACKTRACKS_MAX;
    limits
}

/// A search in linear time is paid for with the text that it goes over.
fn pay_for_search(budget: &mut Budget, pattern: &Pattern) -> Result<(), Failure> {
    if pattern.tracks_back() { budget.steps(REGEX_SEARCH_STEPS) } else { Ok(()) }
}

impl From<MatchError> for Failure {
    fn from(error: MatchError) -> Self {
        Self::Method(error.to_string())
    }
}
