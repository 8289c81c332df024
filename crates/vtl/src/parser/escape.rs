//! Backslashes before directives. What must stay true: half of them are left when a real directive follows, all of them
//! otherwise; those before a reference belong to the reference.

use super::{Parser, directive::is_directive};
use crate::{error::TemplateError, lexer::Kind};

impl Parser<'_> {
    /// `\#name`: the backslash goes if there is such a directive.
    pub(super) fn escaped_directive(&mut self) -> Box<str> {
        let image = self.image(self.cursor);
        let last_backslash = image.rfind('\\').unwrap_or(0);
        let directive = image.get(last_backslash + 1..).unwrap_or_default();
        let word = directive.strip_prefix('#').unwrap_or(directive);
        let name = word.strip_prefix('{').map_or(word, |inner| inner.strip_suffix('}').unwrap_or(inner));
        let is_known = is_directive(name)
            || self.macros.contains(name)
            || matches!(name, "if" | "end" | "set" | "else" | "elseif");
        let text: Box<str> = if is_known {
            format!("{}{directive}", &image[..last_backslash / 2]).into()
        } else {
            image.into()
        };
        self.tokens[self.cursor].replaced = Some(text.clone());
        self.cursor += 1;
        text
    }

    /// Pairs of backslashes: one of each pair goes when a directive follows.
    pub(super) fn escape(&mut self) -> Result<Box<str>, TemplateError> {
        let mut pairs = 0;
        while self.take(Kind::DoubleEscape)? {
            pairs += 1;
        }
        let is_control = matches!(self.peek()?, Kind::If | Kind::Else | Kind::ElseIf | Kind::End);
        let mut next = self.image(self.cursor).chars();
        next.next();
        let name = next.as_str();
        let is_control = is_control || is_directive(name) || self.macros.contains(name);
        Ok(if is_control { "\\" } else { "\\\\" }.repeat(pairs).into())
    }
}
