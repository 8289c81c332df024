//! Character classes: `[a-z]`, `[^a]`, `[a-z[0-9]]`, `[a-z&&[^aeiou]]`.
//!
//! What must stay true: what is written has every literal as its number or as a letter or digit, so that no engine reads an
//! operator where Java reads none.

use super::Translator;
use super::escape::{Escaped, push_class_char};
use super::push_char;
use crate::error::PatternError;
use crate::limits::NESTING_DEPTH_MAX;

impl Translator {
    /// A class, whose bracket has been read.
    pub(super) fn class(&mut self) -> Result<String, PatternError> {
        let mut out = String::new();
        self.class_at_depth(&mut out, 0)?;
        Ok(out)
    }

    fn class_at_depth(&mut self, out: &mut String, depth: usize) -> Result<(), PatternError> {
        if depth > NESTING_DEPTH_MAX {
            return Err(PatternError::Unsupported(format!(
                "its classes are nested deeper than {NESTING_DEPTH_MAX}"
            )));
        }
        out.push('[');
        if self.take("^") {
            out.push('^');
        }
        let mut empty = true;
        loop {
            let Some(c) = self.next() else {
                self.at -= 1;
                return self.error("unclosed character class");
            };
            match c {
                ' ' | '\t'..='\r' | '#' if self.flags.comments && self.skip_comment(c) => continue,
                ']' if !empty => break,
                '[' => self.class_at_depth(out, depth + 1)?,
                '&' if self.peek() == Some('&') => {
                    while self.take("&") {}
                    // With nothing on one side it is the other side.
                    if !empty && self.peek() != Some(']') {
                        out.push_str("&&");
                    }
                    continue;
                }
                '\\' => match self.escaped()? {
                    Escaped::Char(c) => self.range_or_char(out, c)?,
                    Escaped::Class(class) => out.push_str(&class),
                    Escaped::Quoted(literal) => {
                        let both = self.both_cases();
                        for &c in &literal {
                            push_class_char(out, c, both);
                        }
                    }
                },
                c => self.range_or_char(out, c)?,
            }
            empty = false;
        }
        out.push(']');
        Ok(())
    }

    /// Whether letters are taken in both cases here; with the flag `u` the whole class is.
    fn both_cases(&self) -> bool {
        self.flags.case_insensitive && !self.flags.unicode_case
    }

    /// A character, and the range that begins with it if one does.
    fn range_or_char(&mut self, out: &mut String, first: char) -> Result<(), PatternError> {
        let both_cases = self.both_cases();
        let ends_here = matches!(self.pattern.get(self.at + 1), None | Some('[' | ']'));
        if self.peek() != Some('-') || ends_here {
            push_class_char(out, first, both_cases);
            return Ok(());
        }
        self.at += 1;
        let last = match self.next() {
            Some('\\') => match self.escaped()? {
                Escaped::Char(c) => c,
                _ => return self.error("illegal character range"),
            },
            Some(c) => c,
            None => return self.error("illegal character range"),
        };
        if last < first {
            return self.error("illegal character range");
        }
        push_range(out, first, last);
        if both_cases {
            for (letters, other_case) in [('a'..='z', b'A'), ('A'..='Z', b'a')] {
                let (low, high) = (first.max(*letters.start()), last.min(*letters.end()));
                if low <= high {
                    let other = |c: char| char::from(c as u8 - *letters.start() as u8 + other_case);
                    push_range(out, other(low), other(high));
                }
            }
        }
        Ok(())
    }
}

fn push_range(out: &mut String, first: char, last: char) {
    push_char(out, first);
    out.push('-');
    push_char(out, last);
}
