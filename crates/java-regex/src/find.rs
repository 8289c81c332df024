//! Matches one after the other.
//!
//! What must stay true: the search goes on where the last match ended, one character further when that was empty; so `a*`
//! finds `aaa` and then the empty match after it, as in Java (the `regex` crate's own iteration passes over that one).

use std::ops::Range;

use crate::error::MatchError;
use crate::pattern::Pattern;

/// The matches of a pattern in a text.
#[derive(Debug)]
pub struct Matches<'p, 't> {
    pattern: &'p Pattern,
    text: &'t str,
    from: Option<usize>,
}

impl<'p, 't> Matches<'p, 't> {
    pub(crate) fn new(pattern: &'p Pattern, text: &'t str) -> Self {
        Self { pattern, text, from: Some(0) }
    }

    /// Where the next match is, in bytes.
    pub fn next_range(&mut self) -> Result<Option<Range<usize>>, MatchError> {
        let Some(from) = self.from else { return Ok(None) };
        let found = self.pattern.find_at(self.text, from)?;
        self.go_on_after(found.as_ref());
        Ok(found)
    }

    /// The next match with its groups.
    pub fn next_groups(&mut self) -> Result<Option<Found<'t>>, MatchError> {
        let Some(from) = self.from else { return Ok(None) };
        let found = self.pattern.groups_at(self.text, from)?;
        self.go_on_after(found.as_ref().map(Found::range).as_ref());
        Ok(found)
    }

    fn go_on_after(&mut self, found: Option<&Range<usize>>) {
        self.from = match found {
            Some(found) if found.is_empty() => {
                self.text[found.end..].chars().next().map(|c| found.end + c.len_utf8())
            }
            Some(found) => Some(found.end),
            None => None,
        };
    }
}

/// A match and its groups.
#[derive(Debug)]
pub struct Found<'t>(Captures<'t>);

#[derive(Debug)]
enum Captures<'t> {
    Linear(regex::Captures<'t>),
    Backtracking(fancy_regex::Captures<'t, str>),
}

impl<'t> Found<'t> {
    pub(crate) fn linear(captures: regex::Captures<'t>) -> Self {
        Self(Captures::Linear(captures))
    }

    pub(crate) fn backtracking(captures: fancy_regex::Captures<'t, str>) -> Self {
        Self(Captures::Backtracking(captures))
    }

    /// Where the whole match is, in bytes.
    pub fn range(&self) -> Range<usize> {
        match &self.0 {
            Captures::Linear(captures) => captures.get_match().range(),
            Captures::Backtracking(captures) => captures.get(0).map_or(0..0, |whole| whole.range()),
        }
    }

    /// What a group matched; 0 is the whole. `None` where the match did not go through the group.
    pub fn group(&self, group: usize) -> Option<&'t str> {
        match &self.0 {
            Captures::Linear(captures) => captures.get(group).map(|found| found.as_str()),
            Captures::Backtracking(captures) => captures.get(group).map(|found| found.as_str()),
        }
    }
}
