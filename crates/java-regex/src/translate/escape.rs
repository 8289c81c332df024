//! What a backslash begins.
//!
//! What must stay true: a letter that Java has no meaning for is an error, as in Java; any other character stands for itself.

use std::fmt::Write as _;

use super::{Translator, push_char};
use crate::error::PatternError;

/// What an escape stands for, inside a class or outside.
pub(super) enum Escaped {
    Char(char),
    /// A class in brackets.
    Class(String),
    /// A piece between `\Q` and `\E`.
    Quoted(Vec<char>),
}

impl Translator {
    /// An escape outside classes, whose backslash has been read.
    pub(super) fn escape(&mut self) -> Result<(), PatternError> {
        self.repeatable = true;
        match self.peek() {
            Some('1'..='9') => {
                self.back_reference();
                return Ok(());
            }
            Some('A') => self.out.text.push_str(r"\A"),
            Some('z') => self.out.text.push_str(r"\z"),
            Some('Z') => self.text_end(),
            Some('b' | 'B') if self.pattern.get(self.at + 1) == Some(&'{') => {
                return Self::unsupported(r"\b{g}");
            }
            // A word is of letters and digits of any script, as up to Java 18.
            Some('b') => self.out.text.push_str(r"\b"),
            Some('B') => self.out.text.push_str(r"\B"),
            Some('R') => {
                self.out.text.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])");
            }
            Some('k') => {
                self.at += 1;
                if !self.take("<") {
                    return self.error(r"\k is not followed by '<' for named capturing group");
                }
                let name = self.group_name()?;
                let named = self.out.names.iter().find(|(known, _)| *known == name).map(|(_, group)| *group);
                let Some(group) = named else {
                    return self.error(format!("named capturing group <{name}> does not exist"));
                };
                self.write_back_reference(group);
                return Ok(());
            }
            _ => return self.plain_escape(),
        }
        self.at += 1;
        Ok(())
    }

    fn plain_escape(&mut self) -> Result<(), PatternError> {
        match self.escaped()? {
            Escaped::Char(c) => self.literal(c),
            Escaped::Class(class) => self.write_class(&class),
            Escaped::Quoted(literal) => {
                for &c in &literal {
                    self.item_begin = self.out.text.len();
                    self.literal(c);
                }
                self.repeatable = !literal.is_empty();
            }
        }
        Ok(())
    }

    /// An escape that may stand inside a class too.
    pub(super) fn escaped(&mut self) -> Result<Escaped, PatternError> {
        let Some(c) = self.next() else { return self.error("unexpected internal error") };
        let plain = match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{C}',
            'a' => '\u{7}',
            'e' => '\u{1B}',
            '0' => self.octal()?,
            'x' => self.hexadecimal()?,
            'u' => self.code_unit()?,
            'c' => match self.next() {
                Some(control) if control.is_ascii() => char::from(control as u8 ^ 64),
                _ => return self.error("illegal control escape sequence"),
            },
            'Q' => return Ok(Escaped::Quoted(self.quoted())),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'h' | 'H' | 'v' | 'V' => {
                return Ok(Escaped::Class(self.predefined(c).to_owned()));
            }
            'p' | 'P' => return self.property(c == 'P').map(Escaped::Class),
            'G' | 'X' | 'N' => return Self::unsupported(&format!(r"\{c}")),
            c if c.is_ascii_alphabetic() => {
                self.at -= 1;
                return self.error("illegal/unsupported escape sequence");
            }
            c => c,
        };
        Ok(Escaped::Char(plain))
    }

    fn unsupported<T>(what: &str) -> Result<T, PatternError> {
        Err(PatternError::Unsupported(format!("{what} is not supported")))
    }

    fn predefined(&self, c: char) -> &'static str {
        let unicode = self.flags.unicode_classes;
        match c {
            'd' if unicode => r"[\d]",
            'D' if unicode => r"[\D]",
            's' if unicode => r"[\s]",
            'S' if unicode => r"[\S]",
            'w' if unicode => r"[\w]",
            'W' if unicode => r"[\W]",
            'd' => "[0-9]",
            'D' => "[^0-9]",
            's' => r"[\t\n\x0B\f\r\x20]",
            'S' => r"[^\t\n\x0B\f\r\x20]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            'h' => r"[\t\x20\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]",
            'H' => r"[^\t\x20\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]",
            'v' => r"[\n\x0B\f\r\x{85}\x{2028}\x{2029}]",
            _ => r"[^\n\x0B\f\r\x{85}\x{2028}\x{2029}]",
        }
    }

    /// `\Q..\E`; without `\E` the rest of the pattern.
    fn quoted(&mut self) -> Vec<char> {
        let rest = &self.pattern[self.at..];
        let end = rest.windows(2).position(|pair| pair == ['\\', 'E']);
        let literal = rest[..end.unwrap_or(rest.len())].to_vec();
        self.at += end.map_or(rest.len(), |end| end + 2);
        literal
    }

    /// `\0n`, `\0nn`, `\0mnn` with m up to 3.
    fn octal(&mut self) -> Result<char, PatternError> {
        let digit = |c: Option<char>| c.and_then(|c| c.to_digit(8));
        let Some(first) = digit(self.peek()) else { return self.error("illegal octal escape sequence") };
        let digits_max = if first <= 3 { 3 } else { 2 };
        let mut number = 0;
        for _ in 0..digits_max {
            let Some(next) = digit(self.peek()) else { break };
            number = number * 8 + next;
            self.at += 1;
        }
        char::from_u32(number).map_or_else(|| self.error("illegal octal escape sequence"), Ok)
    }

    /// `\xhh` or `\x{h..h}`.
    fn hexadecimal(&mut self) -> Result<char, PatternError> {
        let number = if self.take("{") { self.until('}') } else { self.digits(2) };
        let number = number.and_then(|digits| u32::from_str_radix(&digits, 16).ok());
        number.and_then(char::from_u32).map_or_else(|| self.error("illegal hexadecimal escape sequence"), Ok)
    }

    /// `\uhhhh`; two of them may be the halves of one character.
    fn code_unit(&mut self) -> Result<char, PatternError> {
        let unit = |digits: Option<String>| digits.and_then(|digits| u16::from_str_radix(&digits, 16).ok());
        let Some(first) = unit(self.digits(4)) else {
            return self.error("illegal Unicode escape sequence");
        };
        let mut units = vec![first];
        if (0xD800..0xDC00).contains(&first) && self.take(r"\u") {
            units.extend(unit(self.digits(4)));
        }
        match char::decode_utf16(units).next() {
            Some(Ok(c)) => Ok(c),
            _ => Self::unsupported("half a character"),
        }
    }

    fn digits(&mut self, count: usize) -> Option<String> {
        let digits: String = self.pattern.get(self.at..self.at + count)?.iter().collect();
        self.at += count;
        Some(digits)
    }

    /// `\1` and on: further digits belong to the number as long as there is such a group.
    fn back_reference(&mut self) {
        let digit = |c: Option<char>| c.and_then(|c| c.to_digit(10)).map(|digit| digit as usize);
        let mut group = digit(self.next()).unwrap_or_default();
        while let Some(next) = digit(self.peek()) {
            if group * 10 + next > self.out.groups {
                break;
            }
            group = group * 10 + next;
            self.at += 1;
        }
        self.write_back_reference(group);
    }

    fn write_back_reference(&mut self, group: usize) {
        if group > self.out.groups {
            // Java matches nothing by it, and knows no group that opens later.
            return self.out.text.push_str(r"[^\s\S]");
        }
        self.out.tracks_back = true;
        let flag = if self.flags.case_insensitive { "i" } else { "" };
        // Writing into a String cannot fail.
        let _ = write!(self.out.text, r"(?{flag}:\{group})");
    }
}

/// As [`push_char`], for a class under `(?i)`: of an ASCII letter both cases.
pub(super) fn push_class_char(out: &mut String, c: char, both_cases: bool) {
    if both_cases && c.is_ascii_alphabetic() {
        out.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
    } else {
        push_char(out, c);
    }
}
