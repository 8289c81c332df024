//! Groups: `(..)`, `(?:..)`, `(?<name>..)`, look-around, atomic groups, inline flags.
//!
//! What must stay true: a flag holds to the end of the group that it stands in; groups are counted by their opening.

use super::{Flags, Translator};
use crate::error::PatternError;
use crate::limits::NESTING_DEPTH_MAX;

/// A group that is not closed yet.
pub(super) struct OpenGroup {
    /// The flags outside.
    flags: Flags,
    /// Where it begins in the translated text.
    begin: usize,
}

impl Translator {
    pub(super) fn open_group(&mut self) -> Result<(), PatternError> {
        let begin = self.out.text.len();
        let outside = self.flags;
        if !self.take("?") {
            self.out.groups += 1;
            return self.enter(outside, begin, "(");
        }
        for (marker, tracks_back) in
            [(":", false), ("=", true), ("!", true), (">", true), ("<=", true), ("<!", true)]
        {
            if self.take(marker) {
                self.out.tracks_back |= tracks_back;
                return self.enter(outside, begin, &format!("(?{marker}"));
            }
        }
        if self.take("<") {
            let name = self.group_name()?;
            self.out.groups += 1;
            if self.out.names.iter().any(|(known, _)| *known == name) {
                return self.error(format!("named capturing group <{name}> is already defined"));
            }
            self.out.names.push((name, self.out.groups));
            return self.enter(outside, begin, "(");
        }
        self.inline_flags()?;
        match self.next() {
            Some(')') => {
                self.repeatable = false;
                Ok(())
            }
            Some(':') => self.enter(outside, begin, "(?:"),
            _ => self.error("unknown inline modifier"),
        }
    }

    fn enter(&mut self, flags: Flags, begin: usize, opening: &str) -> Result<(), PatternError> {
        if self.open.len() >= NESTING_DEPTH_MAX {
            return Err(PatternError::Unsupported(format!(
                "its groups are nested deeper than {NESTING_DEPTH_MAX}"
            )));
        }
        self.out.text.push_str(opening);
        self.open.push(OpenGroup { flags, begin });
        self.repeatable = false;
        Ok(())
    }

    pub(super) fn close_group(&mut self) -> Result<(), PatternError> {
        let Some(group) = self.open.pop() else {
            self.at -= 1;
            return self.error("unmatched closing ')'");
        };
        self.flags = group.flags;
        self.item_begin = group.begin;
        self.out.text.push(')');
        self.repeatable = true;
        Ok(())
    }

    /// A name up to its `>`.
    pub(super) fn group_name(&mut self) -> Result<String, PatternError> {
        let mut name = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_alphanumeric) {
            name.push(c);
            self.at += 1;
        }
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.error("capturing group name does not start with a Latin letter");
        }
        if self.take(">") { Ok(name) } else { self.error("named capturing group is missing trailing '>'") }
    }

    /// `idmsuxU-idmsuxU`
    fn inline_flags(&mut self) -> Result<(), PatternError> {
        let mut on = true;
        while let Some(c) = self.peek().filter(|c| !matches!(c, ')' | ':')) {
            let flags = &mut self.flags;
            match c {
                'i' => flags.case_insensitive = on,
                'd' => flags.unix_lines = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_all = on,
                'u' => flags.unicode_case = on,
                'x' => flags.comments = on,
                'U' => {
                    flags.unicode_classes = on;
                    flags.unicode_case = on;
                }
                '-' if on => on = false,
                _ => return self.error("unknown inline modifier"),
            }
            self.at += 1;
        }
        Ok(())
    }
}
