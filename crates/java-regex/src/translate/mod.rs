//! Java's notation to that of the two engines.
//!
//! What must stay true: every character of a pattern is either understood as Java understands it and written so that both
//! engines mean the same, or refused. Flags are resolved here (a letter under `(?i)` becomes a class of two), groups are
//! written without their names, comments are left out, and punctuation that stands for itself is written as its number.

mod class;
mod escape;
mod group;
mod property;
mod repeat;

use std::fmt::Write as _;

use crate::error::PatternError;
use group::OpenGroup;

/// What `$` outside multi-line mode, and `\Z`, are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The end of the text, which is all of it where no line break ends the text.
    Text,
    /// The end of the text, and the place before a line break there.
    LastLine,
}

/// A pattern in the engines' notation.
pub(crate) struct Translated {
    pub(crate) text: String,
    /// Whether it has what only an engine that tracks back can do.
    pub(crate) tracks_back: bool,
    /// Whether [`Ends`] made a difference.
    pub(crate) has_end: bool,
    pub(crate) groups: usize,
    pub(crate) names: Vec<(String, usize)>,
}

/// Translates a whole pattern.
pub(crate) fn translate(pattern: &str, ends: Ends) -> Result<Translated, PatternError> {
    let mut translator = Translator {
        pattern: pattern.chars().collect(),
        at: 0,
        ends,
        flags: Flags::default(),
        open: Vec::new(),
        repeatable: false,
        item_begin: 0,
        out: Translated {
            text: String::with_capacity(pattern.len() + 16),
            tracks_back: false,
            has_end: false,
            groups: 0,
            names: Vec::new(),
        },
    };
    while let Some(c) = translator.next() {
        translator.item(c)?;
    }
    if translator.open.is_empty() { Ok(translator.out) } else { translator.error("unclosed group") }
}

/// Java's inline flags; `U` comes with `u`.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags, each by itself")]
struct Flags {
    /// `i`: without regard to case, of ASCII letters only unless `u` is set too.
    case_insensitive: bool,
    /// `u`
    unicode_case: bool,
    /// `U`: `\w`, `\d`, `\s` and POSIX classes are Unicode's.
    unicode_classes: bool,
    /// `m`
    multi_line: bool,
    /// `s`
    dot_all: bool,
    /// `d`: only `\n` ends a line.
    unix_lines: bool,
    /// `x`
    comments: bool,
}

struct Translator {
    pattern: Vec<char>,
    at: usize,
    ends: Ends,
    flags: Flags,
    open: Vec<OpenGroup>,
    /// Whether what was written last can be repeated.
    repeatable: bool,
    /// Where what was written last begins.
    item_begin: usize,
    out: Translated,
}

impl Translator {
    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn take(&mut self, expected: &str) -> bool {
        let length = expected.chars().count();
        let there = self.pattern.get(self.at..self.at + length);
        let same = there.is_some_and(|there| there.iter().copied().eq(expected.chars()));
        self.at += if same { length } else { 0 };
        same
    }

    /// What stands before the next `end`, which is passed over; `None` when there is no `end`.
    fn until(&mut self, end: char) -> Option<String> {
        let length = self.pattern[self.at..].iter().position(|&c| c == end)?;
        let found = self.pattern[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        Some(found)
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, PatternError> {
        Err(PatternError::Syntax { what: what.into(), index: self.at })
    }

    fn item(&mut self, c: char) -> Result<(), PatternError> {
        if self.flags.comments && self.skip_comment(c) {
            return Ok(());
        }
        if !matches!(c, '*' | '+' | '?' | '{' | ')') {
            self.item_begin = self.out.text.len();
        }
        match c {
            '\\' => return self.escape(),
            '[' => {
                let class = self.class()?;
                self.write_class(&class);
            }
            '(' => return self.open_group(),
            ')' => return self.close_group(),
            '|' => {
                self.out.text.push('|');
                self.repeatable = false;
                return Ok(());
            }
            '*' | '+' | '?' | '{' => return self.repeat(c),
            '^' => self.line_begin(),
            '$' => self.line_end(),
            '.' => {
                let dot = match (self.flags.dot_all, self.flags.unix_lines) {
                    (true, _) => "(?s:.)",
                    (false, true) => r"[^\n]",
                    (false, false) => r"[^\n\r\x{85}\x{2028}\x{2029}]",
                };
                self.out.text.push_str(dot);
            }
            c => self.literal(c),
        }
        self.repeatable = true;
        Ok(())
    }

    /// With the flag `x` blanks stand for nothing, and from `#` on the rest of the line.
    fn skip_comment(&mut self, c: char) -> bool {
        if c == '#' {
            while self.next().is_some_and(|c| !matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'))
            {
            }
        }
        c == '#' || matches!(c, ' ' | '\t'..='\r')
    }

    fn literal(&mut self, c: char) {
        if self.flags.case_insensitive && self.flags.unicode_case {
            self.out.text.push_str("(?i:");
            push_char(&mut self.out.text, c);
            self.out.text.push(')');
        } else if self.flags.case_insensitive && c.is_ascii_alphabetic() {
            self.out.text.extend(['[', c.to_ascii_lowercase(), c.to_ascii_uppercase(), ']']);
        } else {
            push_char(&mut self.out.text, c);
        }
    }

    fn write_class(&mut self, class: &str) {
        if self.flags.case_insensitive && self.flags.unicode_case {
            self.out.text.extend(["(?i:", class, ")"]);
        } else {
            self.out.text.push_str(class);
        }
    }

    fn line_begin(&mut self) {
        if !self.flags.multi_line {
            self.out.text.push_str(r"\A");
            return;
        }
        self.out.tracks_back = true;
        // Never at the end of the text, not even of an empty one.
        self.out.text.push_str(if self.flags.unix_lines {
            r"(?:(?!\z)(?:\A|(?<=\n)))"
        } else {
            r"(?:(?!\z)(?:\A|(?<=[\n\x{85}\x{2028}\x{2029}])|(?<=\r)(?!\n)))"
        });
    }

    fn line_end(&mut self) {
        if !self.flags.multi_line {
            return self.text_end();
        }
        self.out.tracks_back = true;
        self.out.text.push_str(if self.flags.unix_lines {
            r"(?=\n|\z)"
        } else {
            r"(?:(?=[\r\x{85}\x{2028}\x{2029}]|\z)|(?<!\r)(?=\n))"
        });
    }

    /// `\Z`, and `$` outside multi-line mode.
    fn text_end(&mut self) {
        self.out.has_end = true;
        self.out.text.push_str(match self.ends {
            Ends::Text => r"\z",
            Ends::LastLine if self.flags.unix_lines => r"(?=\n?\z)",
            Ends::LastLine => r"(?:(?=[\r\x{85}\x{2028}\x{2029}]?\z)|(?=\r\n\z)|(?<!\r)(?=\n\z))",
        });
    }
}

/// A character that stands for itself, inside a class or outside.
fn push_char(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !(c.is_ascii() || c.is_control()) {
        out.push(c);
    } else {
        // Writing into a String cannot fail.
        let _ = write!(out, r"\x{{{:X}}}", c as u32);
    }
}
