//! String literals. What must stay true: quotes are doubled, never escaped; only double-quoted strings with a `$` or `#` in them
//! are templates; `\uXXXX` is a character in double quotes, and no other backslash means anything.

use std::borrow::Cow;

use super::Parser;
use crate::{
    ast::{Expression, Interpolated, Node},
    error::{Position, TemplateError},
};

impl Parser<'_> {
    /// The string that the token before the cursor is.
    pub(super) fn string_literal(&mut self) -> Result<Expression, TemplateError> {
        let index = self.cursor - 1;
        let image = self.image(index).to_owned();
        // The lexer can glue other text to the front; the quote is then not the first character.
        let is_double = image.starts_with('"');
        let is_template = is_double && image.contains(['$', '#']);
        let inner = image.get(1..image.len() - 1).unwrap_or_default();
        let unescaped = if is_double {
            unescape(inner).ok_or_else(|| self.error_at(index, "`\\u` needs four hexadecimal digits"))?
        } else {
            Cow::Borrowed(inner)
        };
        let content = match image.chars().next() {
            Some('"') => unescaped.replace("\"\"", "\""),
            Some('\'') => unescaped.replace("''", "'"),
            _ => unescaped.into_owned(),
        };
        if !is_template {
            return Ok(Expression::Literal(content.into()));
        }
        let Position { line, column } = self.position(index);
        self.enter()?;
        let interpolated = self.interpolated(content, Position { line, column: column + 1 })?;
        self.leave();
        Ok(interpolated)
    }

    fn interpolated(&mut self, mut content: String, start: Position) -> Result<Expression, TemplateError> {
        // The original ends the string with a blank, so that a dollar at its end is no error, and drops it from what renders.
        let has_blank = !content.contains("##");
        if has_blank {
            content.push(' ');
        }
        let mut block = Parser::new(self.template, &content, start, &mut *self.shared).template()?;
        let mut drops_last = has_blank;
        if has_blank
            && let Some(Node::Text(text)) = block.nodes.last_mut()
            && let Some(shorter) = text.strip_suffix(' ')
        {
            *text = shorter.into();
            drops_last = false;
            if text.is_empty() {
                block.nodes.pop();
            }
        }
        Ok(Expression::Interpolated(Box::new(Interpolated { block, drops_last })))
    }
}

/// Replaces each `\uXXXX` by its UTF-16 unit; nothing when the digits are missing.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains("\\u") {
        return Some(Cow::Borrowed(text));
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        units.extend(before.encode_utf16());
        let digits = after.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        units.push(u16::from_str_radix(digits, 16).ok()?);
        rest = &after[4..];
    }
    units.extend(rest.encode_utf16());
    Some(Cow::Owned(String::from_utf16_lossy(&units)))
}
