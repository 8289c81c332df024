//! From tokens to the tree: the statements of Velocity 1.7. What must stay true: the parser looks at a further token only where
//! the original does (the lexer's state depends on it), and everything that nests counts against one depth.

mod directive;
mod escape;
mod expression;
mod reference;
mod string;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use crate::{
    ast::{Block, Foreach, Node, Slot},
    error::{Position, TemplateError, quoted_piece},
    inspect::UnknownDirective,
    lexer::{Kind, Lexer, Token},
    limits::Limits,
};

/// What parsing a template gives.
pub(crate) struct Parsed {
    pub(crate) block: Block,
    /// The names of the variables; a slot is an index into them.
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) unknown_directives: Vec<UnknownDirective>,
}

/// Parses a whole template.
pub(crate) fn parse(name: &str, source: &str, limits: &Limits) -> Result<Parsed, TemplateError> {
    let start = Position { line: 1, column: 1 };
    if source.len() > limits.template_bytes_max {
        return Err(TemplateError {
            template: name.to_owned(),
            position: start,
            piece: quoted_piece(source),
            message: format!(
                "the template has {} bytes, more than {} are not allowed",
                source.len(),
                limits.template_bytes_max
            ),
        });
    }
    let mut shared = Shared {
        names: Names::default(),
        unknown_directives: Vec::new(),
        loops: 0,
        depth: 0,
        depth_max: limits.nesting_depth_max,
    };
    let block = Parser::new(name, source, start, &mut shared).template()?;
    Ok(Parsed { block, names: shared.names.list, unknown_directives: shared.unknown_directives })
}

/// What a template shares with the strings in it, which are little templates themselves.
struct Shared {
    names: Names,
    unknown_directives: Vec<UnknownDirective>,
    /// How many loops were numbered.
    loops: u32,
    depth: u32,
    depth_max: u32,
}

#[derive(Default)]
struct Names {
    list: Vec<Arc<str>>,
    slots: HashMap<Arc<str>, Slot>,
}

impl Names {
    fn slot(&mut self, name: &str) -> Slot {
        if let Some(slot) = self.slots.get(name) {
            return *slot;
        }
        let slot = self.list.len() as Slot;
        let name: Arc<str> = name.into();
        self.list.push(Arc::clone(&name));
        self.slots.insert(name, slot);
        slot
    }
}

struct Parser<'s> {
    template: &'s str,
    lexer: Lexer<'s>,
    tokens: Vec<Token>,
    /// The token that comes next.
    cursor: usize,
    /// Macros that were defined: they never run, but change what a backslash before their name does.
    macros: HashSet<String>,
    shared: &'s mut Shared,
}

impl<'s> Parser<'s> {
    fn new(template: &'s str, source: &'s str, start: Position, shared: &'s mut Shared) -> Self {
        Self {
            template,
            lexer: Lexer::new(template, source, start),
            tokens: Vec::new(),
            cursor: 0,
            macros: HashSet::new(),
            shared,
        }
    }

    fn template(mut self) -> Result<Block, TemplateError> {
        let block = self.block()?;
        match self.peek()? {
            Kind::EndOfTemplate => Ok(block),
            Kind::End => Err(self.unexpected("this #end closes nothing")),
            Kind::Else | Kind::ElseIf => Err(self.unexpected("this belongs to no #if")),
            _ => Err(self.unexpected("this cannot stand in text")),
        }
    }

    /// Statements up to something that is none.
    fn block(&mut self) -> Result<Block, TemplateError> {
        self.enter()?;
        let mut block = Block::default();
        let mut text = String::new();
        while let Some(statement) = self.statement()? {
            match statement {
                Node::Text(more) => text.push_str(&more),
                other => {
                    block.push_text(&mut text);
                    block.nodes.push(other);
                }
            }
        }
        block.push_text(&mut text);
        self.leave();
        Ok(block)
    }

    fn statement(&mut self) -> Result<Option<Node>, TemplateError> {
        let kind = self.peek()?;
        let node = match kind {
            Kind::If => self.if_statement()?,
            Kind::Identifier => Node::Reference(Box::new(self.reference()?)),
            Kind::ReferenceCurlyLeft if self.peek_at(1)? == Kind::Identifier => {
                Node::Reference(Box::new(self.reference()?))
            }
            Kind::LineCommentStart => {
                let text = self.comment_prefix();
                self.cursor += 1;
                if self.peek()? == Kind::LineCommentEnd {
                    self.cursor += 1;
                }
                Node::Text(text)
            }
            Kind::BlockCommentEnd | Kind::FormalCommentEnd => {
                let text = self.comment_prefix();
                self.cursor += 1;
                Node::Text(text)
            }
            Kind::TextBlockEnd => {
                let image = self.image(self.cursor);
                // The lexer begins a text block with three characters and ends it with three.
                let text = image.get(3..image.len() - 3).unwrap_or_default().into();
                self.cursor += 1;
                Node::Text(text)
            }
            Kind::Set => self.set_directive()?,
            Kind::EscapedDirective => Node::Text(self.escaped_directive()),
            Kind::DoubleEscape => Node::Text(self.escape()?),
            Kind::Word | Kind::BracketedWord => self.directive()?,
            Kind::Text
            | Kind::Dot
            | Kind::ParenthesisRight
            | Kind::ParenthesisLeft
            | Kind::Integer
            | Kind::Float
            | Kind::String
            | Kind::Escape
            | Kind::ReferenceCurlyLeft
            | Kind::ReferenceCurlyRight
            | Kind::EmptyIndex => {
                let text = self.token_literal(self.cursor).into();
                self.cursor += 1;
                Node::Text(text)
            }
            _ => return Ok(None),
        };
        Ok(Some(node))
    }

    /// What the lexer glued to the front of a comment.
    fn comment_prefix(&self) -> Box<str> {
        let image = self.image(self.cursor);
        image.find("##").or_else(|| image.find("#*")).map_or("", |index| &image[..index]).into()
    }

    /// Counts one more level of nesting.
    fn enter(&mut self) -> Result<(), TemplateError> {
        self.shared.depth += 1;
        if self.shared.depth > self.shared.depth_max {
            let message = format!("the template nests deeper than {} levels", self.shared.depth_max);
            return Err(self.unexpected(&message));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.shared.depth -= 1;
    }

    fn peek(&mut self) -> Result<Kind, TemplateError> {
        self.peek_at(0)
    }

    fn peek_at(&mut self, ahead: usize) -> Result<Kind, TemplateError> {
        while self.tokens.len() <= self.cursor + ahead {
            let token = self.lexer.next_token()?;
            self.tokens.push(token);
        }
        Ok(self.tokens[self.cursor + ahead].kind)
    }

    /// Passes over the next token if it is of this kind.
    fn take(&mut self, kind: Kind) -> Result<bool, TemplateError> {
        let is_there = self.peek()? == kind;
        if is_there {
            self.cursor += 1;
        }
        Ok(is_there)
    }

    fn expect(&mut self, kind: Kind, wanted: &str) -> Result<(), TemplateError> {
        if self.take(kind)? { Ok(()) } else { Err(self.unexpected(&format!("expected {wanted}"))) }
    }

    fn skip_blank(&mut self) -> Result<(), TemplateError> {
        self.take(Kind::Blank).map(|_| ())
    }

    /// The text of a token.
    fn image(&self, index: usize) -> &str {
        let token = &self.tokens[index];
        token.replaced.as_deref().unwrap_or(&self.lexer.source()[token.start..token.end])
    }

    /// What a token prints where it is only text.
    fn token_literal(&self, index: usize) -> String {
        let token = &self.tokens[index];
        if token.kind == Kind::BlockCommentEnd {
            return String::new();
        }
        format!("{}{}", token.passed_over, self.image(index))
    }

    /// What a range of tokens prints where it is only text.
    fn literal(&self, range: Range<usize>) -> String {
        range.map(|index| self.token_literal(index)).collect()
    }

    fn position(&self, index: usize) -> Position {
        self.tokens.get(index).map(|token| token.position).unwrap_or_default()
    }

    fn next_loop(&mut self, foreach: impl FnOnce(u32) -> Foreach) -> Node {
        self.shared.loops += 1;
        Node::Foreach(Box::new(foreach(self.shared.loops)))
    }

    /// An error at the next token.
    fn unexpected(&self, message: &str) -> TemplateError {
        self.error_at(self.cursor, message)
    }

    fn error_at(&self, index: usize, message: &str) -> TemplateError {
        let source = self.lexer.source();
        let (position, start) = match self.tokens.get(index).or(self.tokens.last()) {
            Some(token) => (token.position, token.start),
            None => (Position { line: 1, column: 1 }, 0),
        };
        let rest = source[start..].lines().next().unwrap_or_default();
        let piece = if start == source.len() { "end of template".to_owned() } else { quoted_piece(rest) };
        TemplateError { template: self.template.to_owned(), position, piece, message: message.to_owned() }
    }
}
