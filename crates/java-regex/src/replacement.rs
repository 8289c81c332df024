//! What matches are replaced by: `$1`, `${name}`, and a backslash before what is meant as it stands.
//!
//! What must stay true: of `$12` the second digit belongs to the group's number only when the pattern has so many groups; a
//! group that the match did not go through is empty.

use crate::error::{MatchError, ReplacementError};
use crate::find::Found;
use crate::pattern::Pattern;

/// A replacement, parsed once for a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Replacement {
    /// Reads Java's notation. Java itself notices an error only at the first match.
    pub fn parse(text: &str, pattern: &Pattern) -> Result<Self, ReplacementError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '\\']) {
            literal.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            if rest.as_bytes()[at] == b'\\' {
                let next = after.chars().next().ok_or(ReplacementError::EndsWithBackslash)?;
                literal.push(next);
                rest = &after[next.len_utf8()..];
                continue;
            }
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
            let (group, tail) = match after.strip_prefix('{') {
                Some(named) => {
                    let (name, tail) = named.split_once('}').ok_or(ReplacementError::UnclosedGroup)?;
                    let group = pattern.group_named(name);
                    (group.ok_or_else(|| ReplacementError::NoGroup(name.to_owned()))?, tail)
                }
                None => numbered(after, pattern.group_count())?,
            };
            pieces.push(Piece::Group(group));
            rest = tail;
        }
        literal.push_str(rest);
        pieces.push(Piece::Text(literal));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }

    /// Appends what the match is replaced by.
    pub fn write(&self, found: &Found<'_>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(group) => out.push_str(found.group(*group).unwrap_or_default()),
            }
        }
    }

    /// The text that replaces every match alike, if it does.
    fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// The group that digits name, and what follows them.
fn numbered(text: &str, groups: usize) -> Result<(usize, &str), ReplacementError> {
    let digit =
        |at: usize| text[at..].chars().next().and_then(|c| c.to_digit(10)).map(|digit| digit as usize);
    let mut group = digit(0).ok_or(ReplacementError::NoGroupAfterDollar)?;
    if group > groups {
        return Err(ReplacementError::NoGroup(group.to_string()));
    }
    let mut used = 1;
    while let Some(next) = digit(used) {
        let longer = group * 10 + next;
        if longer > groups {
            break;
        }
        group = longer;
        used += 1;
    }
    Ok((group, &text[used..]))
}

impl Pattern {
    /// Appends `text` with every match replaced, as `Matcher.replaceAll` does.
    pub fn replace_all(
        &self,
        text: &str,
        replacement: &Replacement,
        out: &mut String,
    ) -> Result<(), MatchError> {
        let mut copied = 0;
        let mut matches = self.matches(text);
        if let Some(constant) = replacement.constant() {
            while let Some(found) = matches.next_range()? {
                out.push_str(&text[copied..found.start]);
                out.push_str(constant);
                copied = found.end;
            }
        } else {
            while let Some(found) = matches.next_groups()? {
                let range = found.range();
                out.push_str(&text[copied..range.start]);
                replacement.write(&found, out);
                copied = range.end;
            }
        }
        out.push_str(&text[copied..]);
        Ok(())
    }
}
