//! A compiled pattern.
//!
//! What must stay true: `$` before a last line break needs look-ahead, so a pattern with `$` has two engines, and the linear
//! one serves the texts without a line break at the end, on which both give the same.

use std::ops::Range;

use crate::error::{MatchError, PatternError};
use crate::find::{Found, Matches};
use crate::limits::Limits;
use crate::translate::{Ends, translate};

/// A pattern of Java's, ready to search.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Linear time; for texts that do not end with a line break if there is `exact` too.
    linear: Option<regex::Regex>,
    /// Tracks back.
    exact: Option<Box<fancy_regex::Regex>>,
    groups: usize,
    names: Vec<(String, usize)>,
    backtracks_max: usize,
}

impl Pattern {
    /// Compiles a pattern; inline flags such as `(?i)` are the only ones.
    pub fn compile(pattern: &str, limits: &Limits) -> Result<Self, PatternError> {
        Self::build(pattern, limits, str::to_owned)
    }

    /// Compiles a pattern that has to match the whole text, as `String.matches` does.
    pub fn compile_whole(pattern: &str, limits: &Limits) -> Result<Self, PatternError> {
        Self::build(pattern, limits, |translated| format!(r"\A(?:{translated})\z"))
    }

    fn build(pattern: &str, limits: &Limits, wrap: impl Fn(&str) -> String) -> Result<Self, PatternError> {
        if pattern.len() > limits.pattern_bytes_max {
            return Err(PatternError::TooLarge);
        }
        let translated = translate(pattern, Ends::Text)?;
        let mut compiled = Self {
            linear: None,
            exact: None,
            groups: translated.groups,
            names: translated.names,
            backtracks_max: limits.backtracks_max,
        };
        if !translated.tracks_back {
            compiled.linear = Some(linear(&wrap(&translated.text), limits)?);
        }
        if translated.tracks_back || translated.has_end {
            let exact = translate(pattern, Ends::LastLine)?;
            compiled.exact = Some(Box::new(backtracking(&wrap(&exact.text), limits)?));
        }
        Ok(compiled)
    }

    /// How many groups the pattern has, the whole match not counted.
    pub fn group_count(&self) -> usize {
        self.groups
    }

    /// The number of a named group.
    pub fn group_named(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, group)| *group)
    }

    /// Whether searches may track back, on some texts at least, and so take more than linear time.
    pub fn tracks_back(&self) -> bool {
        self.exact.is_some()
    }

    /// Whether the pattern is found anywhere in the text.
    pub fn is_found(&self, text: &str) -> Result<bool, MatchError> {
        match self.engine(text) {
            Engine::Linear(regex) => Ok(regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text).map_err(|_| self.too_many_steps()),
        }
    }

    /// The matches in a text, one after the other, as Java's `Matcher.find` yields them.
    pub fn matches<'p, 't>(&'p self, text: &'t str) -> Matches<'p, 't> {
        Matches::new(self, text)
    }

    pub(crate) fn find_at(&self, text: &str, from: usize) -> Result<Option<Range<usize>>, MatchError> {
        match self.engine(text) {
            Engine::Linear(regex) => Ok(regex.find_at(text, from).map(|found| found.range())),
            Engine::Backtracking(regex) => match regex.find_from_pos(text, from) {
                Ok(found) => Ok(found.map(|found| found.range())),
                Err(_) => Err(self.too_many_steps()),
            },
        }
    }

    pub(crate) fn groups_at<'t>(&self, text: &'t str, from: usize) -> Result<Option<Found<'t>>, MatchError> {
        match self.engine(text) {
            Engine::Linear(regex) => Ok(regex.captures_at(text, from).map(Found::linear)),
            Engine::Backtracking(regex) => match regex.captures_from_pos(text, from) {
                Ok(found) => Ok(found.map(Found::backtracking)),
                Err(_) => Err(self.too_many_steps()),
            },
        }
    }

    fn engine(&self, text: &str) -> Engine<'_> {
        match (&self.linear, &self.exact) {
            (Some(linear), None) => Engine::Linear(linear),
            (Some(linear), Some(_)) if !text.ends_with(LINE_ENDS) => Engine::Linear(linear),
            (_, Some(exact)) => Engine::Backtracking(exact),
            (None, None) => unreachable!("build makes one of the two"),
        }
    }

    fn too_many_steps(&self) -> MatchError {
        MatchError::TooManySteps { backtracks_max: self.backtracks_max }
    }
}

/// The characters that end a line in Java; a carriage return with a line feed after it is one end.
const LINE_ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

enum Engine<'p> {
    Linear(&'p regex::Regex),
    Backtracking(&'p fancy_regex::Regex),
}

fn linear(translated: &str, limits: &Limits) -> Result<regex::Regex, PatternError> {
    let built = regex::RegexBuilder::new(translated)
        .size_limit(limits.compiled_bytes_max)
        .dfa_size_limit(limits.compiled_bytes_max)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
        error => PatternError::Unsupported(last_line(&error.to_string())),
    })
}

fn backtracking(translated: &str, limits: &Limits) -> Result<fancy_regex::Regex, PatternError> {
    let built = fancy_regex::RegexBuilder::new(translated)
        .backtrack_limit(limits.backtracks_max)
        .delegate_size_limit(limits.compiled_bytes_max)
        .delegate_dfa_size_limit(limits.compiled_bytes_max)
        .max_prog_size(limits.compiled_bytes_max / 64)
        .build();
    built.map_err(|error| {
        use fancy_regex::{CompileError, Error};
        match error {
            Error::CompileError(compile) => match *compile {
                CompileError::LookBehindNotConst | CompileError::VariableLookBehindRequiresFeature => {
                    PatternError::Unsupported("a look-behind has to be of one length here".to_owned())
                }
                CompileError::PatternTooComplex => PatternError::TooLarge,
                CompileError::InnerError(inner) if inner.size_limit().is_some() => PatternError::TooLarge,
                other => PatternError::Unsupported(last_line(&other.to_string())),
            },
            error => PatternError::Unsupported(last_line(&error.to_string())),
        }
    })
}

/// The engines draw the pattern over several lines and say last what is wrong.
fn last_line(message: &str) -> String {
    message.lines().next_back().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
