//! References: `$a`, `$!a`, `${a}`, `$!{a}`, with properties, methods and indexes, and what the lexer glued to their front. What
//! must stay true: the text of the first token is cut as the original cuts it, because later text (escaped references, unknown
//! directives) prints the tokens again.

use super::Parser;
use crate::{
    ast::{Access, AccessKind, Expression, Reference, Root},
    error::TemplateError,
    lexer::Kind,
};

/// What the first token of a reference says.
struct Opening {
    root: Root,
    escapes: String,
    glued: String,
    is_escaped: bool,
    is_quiet: bool,
}

impl Parser<'_> {
    /// A reference; the next token begins one.
    pub(super) fn reference(&mut self) -> Result<Reference, TemplateError> {
        self.enter()?;
        let first = self.cursor;
        let position = self.position(first);
        let is_formal = self.take(Kind::ReferenceCurlyLeft)?;
        let name = self.cursor;
        self.expect(Kind::Identifier, "a name")?;
        let mut accesses = Vec::new();
        self.indexes(&mut accesses)?;
        while self.peek()? == Kind::Dot && self.peek_at(1)? == Kind::Identifier {
            self.cursor += 1;
            let access_position = self.position(self.cursor);
            let property = self.image(self.cursor).into();
            let kind = if self.is_method()? {
                AccessKind::Method { name: property, arguments: self.method_arguments()? }
            } else {
                self.cursor += 1;
                AccessKind::Property(property)
            };
            accesses.push(Access { kind, position: access_position });
            self.indexes(&mut accesses)?;
        }
        if is_formal {
            self.expect(Kind::ReferenceCurlyRight, "`}`, which closes this `${`")?;
        }
        let opening = self.opening(first, name);
        self.leave();
        // A bare word prints its first token, whatever follows.
        let end = if opening.root == Root::Word { first + 1 } else { self.cursor };
        Ok(Reference {
            root: opening.root,
            accesses,
            escapes: opening.escapes.into(),
            glued: opening.glued.into(),
            is_escaped: opening.is_escaped,
            is_quiet: opening.is_quiet,
            literal: self.literal(first..end).into(),
            position,
        })
    }

    fn indexes(&mut self, accesses: &mut Vec<Access>) -> Result<(), TemplateError> {
        while self.peek()? == Kind::IndexLeft {
            let position = self.position(self.cursor);
            self.cursor += 1;
            self.skip_blank()?;
            let index = self.index_value()?;
            self.skip_blank()?;
            self.expect(Kind::IndexRight, "`]`")?;
            accesses.push(Access { kind: AccessKind::Index(index), position });
        }
        Ok(())
    }

    /// Whether the name that comes next is that of a method: a parenthesis follows, and something that may stand in it.
    fn is_method(&mut self) -> Result<bool, TemplateError> {
        if self.peek_at(1)? != Kind::ParenthesisLeft {
            return Ok(false);
        }
        Ok(matches!(
            self.peek_at(2)?,
            Kind::MethodParenthesisRight
                | Kind::Blank
                | Kind::String
                | Kind::Integer
                | Kind::Float
                | Kind::BracketLeft
                | Kind::CurlyLeft
                | Kind::True
                | Kind::False
                | Kind::Identifier
                | Kind::ReferenceCurlyLeft
        ))
    }

    fn method_arguments(&mut self) -> Result<Vec<Expression>, TemplateError> {
        self.cursor += 2;
        let mut arguments = Vec::new();
        if self.take(Kind::MethodParenthesisRight)? {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.parameter()?);
            if self.take(Kind::MethodParenthesisRight)? {
                return Ok(arguments);
            }
            self.expect(Kind::Comma, "`,` or `)`")?;
        }
    }

    /// Takes apart the first token of a reference, and leaves of it what the original leaves.
    fn opening(&mut self, first: usize, name: usize) -> Opening {
        let image = self.image(first).to_owned();
        if image.contains("\\!") {
            return Opening {
                root: Root::Undefined,
                escapes: String::new(),
                glued: String::new(),
                is_escaped: false,
                is_quiet: false,
            };
        }
        let backslashes = image.len() - image.trim_start_matches('\\').len();
        let after = &image[backslashes..];
        let dollar = after.rfind('$').unwrap_or(0);
        let (glued, rest) = after.split_at(dollar);
        if backslashes > 0 || dollar > 0 {
            self.tokens[first].replaced = Some(rest.into());
        }
        let is_quiet = rest.starts_with("$!");
        let root_name = match rest.strip_prefix("$!").or_else(|| rest.strip_prefix('$')) {
            Some(_) if first != name => Some(self.image(name)),
            after_dollar => after_dollar,
        };
        let root = match root_name.map(str::to_owned) {
            Some(name) => Root::Slot(self.shared.names.slot(&name)),
            None => Root::Word,
        };
        Opening {
            root,
            escapes: "\\".repeat(backslashes / 2),
            glued: glued.to_owned(),
            is_escaped: backslashes % 2 == 1,
            is_quiet,
        }
    }
}
