//! Quantifiers: `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each also lazy (`?` after it) or possessive (`+` after it).
//!
//! What must stay true: a quantifier after nothing is an error, as in Java; one after a quantifier is too.

use super::Translator;
use crate::error::PatternError;

impl Translator {
    /// A quantifier, whose first character has been read.
    pub(super) fn repeat(&mut self, c: char) -> Result<(), PatternError> {
        if !self.repeatable {
            if c != '{' {
                self.at -= 1;
                return self.error(format!("dangling meta character '{c}'"));
            }
            // Java repeats the nothing that stands before it.
            self.item_begin = self.out.text.len();
            self.out.text.push_str("(?:)");
        }
        if c == '{' {
            let range = self.range()?;
            self.out.text.push_str(&range);
        } else {
            self.out.text.push(c);
        }
        if self.take("?") {
            self.out.text.push('?');
        } else if self.take("+") {
            self.make_possessive(c);
        }
        self.repeatable = false;
        Ok(())
    }

    fn make_possessive(&mut self, c: char) {
        self.out.tracks_back = true;
        if c == '{' {
            // fancy-regex reads `{2}+` as two quantifiers; an atomic group says the same.
            self.out.text.insert_str(self.item_begin, "(?>");
            self.out.text.push(')');
        } else {
            self.out.text.push('+');
        }
    }

    /// `{n}`, `{n,}` or `{n,m}` after its brace.
    fn range(&mut self) -> Result<String, PatternError> {
        let Some(least) = self.number()? else { return self.error("illegal repetition") };
        let mut range = format!("{{{least}");
        if self.take(",") {
            range.push(',');
            if let Some(most) = self.number()? {
                if most < least {
                    return self.error("illegal repetition range");
                }
                range.push_str(&most.to_string());
            }
        }
        if !self.take("}") {
            return self.error("unclosed counted closure");
        }
        range.push('}');
        Ok(range)
    }

    fn number(&mut self) -> Result<Option<u32>, PatternError> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let longer = number.unwrap_or(0).checked_mul(10).and_then(|number| number.checked_add(digit));
            if longer.is_none_or(|longer| longer > i32::MAX.unsigned_abs()) {
                return self.error("illegal repetition range");
            }
            number = longer;
            self.at += 1;
        }
        Ok(number)
    }
}
