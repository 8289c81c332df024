//! Directives: `#if`, `#set` and those that are known by name, each with what the original does to wrong arguments. What must
//! stay true: a word that is no directive prints as it stands, arguments and all, and `#macro` defines nothing.

use std::sync::Arc;

use super::Parser;
use crate::{
    ast::{Block, Branch, Expression, Fault, Foreach, If, Node, Root, ScopedBreak, Set},
    error::{TemplateError, quoted_piece},
    inspect::UnknownDirective,
    lexer::Kind,
};

/// Whether `name` is a directive of API Gateway's Velocity beside `#if`, `#set` and their kin.
pub(super) fn is_directive(name: &str) -> bool {
    matches!(name, "foreach" | "macro" | "literal" | "break" | "define" | "stop")
}

/// An argument of a directive.
struct Argument {
    expression: Expression,
    is_word: bool,
    /// Its first and one past its last token.
    start: usize,
    end: usize,
}

impl Parser<'_> {
    pub(super) fn if_statement(&mut self) -> Result<Node, TemplateError> {
        let opened_at = self.cursor;
        self.cursor += 1;
        let mut branches = vec![self.branch()?];
        while self.take(Kind::ElseIf)? {
            branches.push(self.branch()?);
        }
        let otherwise = if self.take(Kind::Else)? { Some(self.block()?) } else { None };
        self.expect_end(opened_at, "#if")?;
        Ok(Node::If(Box::new(If { branches, otherwise })))
    }

    fn branch(&mut self) -> Result<Branch, TemplateError> {
        let position = self.position(self.cursor.saturating_sub(1));
        self.skip_blank()?;
        self.expect(Kind::ParenthesisLeft, "`(` and a condition")?;
        let condition = self.expression()?;
        self.expect(Kind::ParenthesisRight, "an operator or `)`")?;
        Ok(Branch { condition, block: self.block()?, position })
    }

    fn expect_end(&mut self, opened_at: usize, name: &str) -> Result<(), TemplateError> {
        match self.peek()? {
            Kind::End => {
                self.cursor += 1;
                Ok(())
            }
            Kind::EndOfTemplate => Err(self.error_at(opened_at, &format!("this {name} has no #end"))),
            _ => Err(self.unexpected(&format!("expected the #end of a {name}"))),
        }
    }

    pub(super) fn set_directive(&mut self) -> Result<Node, TemplateError> {
        self.cursor += 1;
        self.skip_blank()?;
        if !matches!(self.peek()?, Kind::Identifier | Kind::ReferenceCurlyLeft) {
            return Err(self.unexpected("expected a reference such as $name"));
        }
        let first = self.cursor;
        let target = self.reference()?;
        self.skip_blank()?;
        self.expect(Kind::Assign, "`=`")?;
        let value = self.expression()?;
        self.expect(Kind::ParenthesisRight, "an operator or `)`")?;
        self.lexer.leave_set();
        let slot = self.slot_after_first_character(first);
        Ok(Node::Set(Box::new(Set { slot, target, value })))
    }

    /// The variable that some directives bind: the text of a token without its first character, whatever that is (`#set(${a} = 1)`
    /// binds `{`, as it does on API Gateway).
    fn slot_after_first_character(&mut self, index: usize) -> u32 {
        let mut name = self.image(index).chars();
        name.next();
        let name = name.as_str().to_owned();
        self.shared.names.slot(&name)
    }

    pub(super) fn directive(&mut self) -> Result<Node, TemplateError> {
        let start = self.cursor;
        let image = self.image(start);
        let name = if self.tokens[start].kind == Kind::BracketedWord {
            image.get(2..image.len() - 1).unwrap_or_default().to_owned()
        } else {
            image.get(1..).unwrap_or_default().to_owned()
        };
        self.cursor += 1;
        self.lexer.enter_directive();
        if !self.lexer.is_before_parenthesis() {
            self.lexer.leave_directive();
            return self.bare_directive(start, &name);
        }
        self.skip_blank()?;
        self.expect(Kind::ParenthesisLeft, "`(`")?;
        let arguments = self.arguments(&name)?;
        let has_block = matches!(&*name, "foreach" | "macro" | "literal" | "define") || name.starts_with('@');
        if !has_block {
            return self.line_directive(start, &name, arguments);
        }
        let block_start = self.cursor;
        let block = self.block()?;
        let block_end = self.cursor;
        self.expect_end(start, &format!("#{name}"))?;
        match &*name {
            "foreach" => Ok(self.foreach(start, arguments, block, block_end)),
            "define" => self.define(start, &arguments, block),
            "macro" => self.macro_definition(start, &arguments),
            "literal" => self.literal_directive(start, &arguments, block_start, block_end),
            _ => {
                self.note_unknown(start, &name, true);
                Ok(Node::Text(self.images(start, self.cursor).into()))
            }
        }
    }

    fn note_unknown(&mut self, start: usize, name: &str, has_arguments: bool) {
        let position = self.position(start);
        self.shared.unknown_directives.push(UnknownDirective { name: name.into(), position, has_arguments });
    }

    /// A directive without parentheses.
    fn bare_directive(&mut self, start: usize, name: &str) -> Result<Node, TemplateError> {
        match name {
            "stop" => Ok(Node::Stop(None)),
            "break" => Ok(Node::Break(None)),
            _ if is_directive(name) => {
                Err(self.error_at(start, &format!("#{name} needs arguments in parentheses")))
            }
            _ => {
                self.note_unknown(start, name, false);
                Ok(Node::Text(if name.starts_with('@') {
                    format!("#{name}").into()
                } else {
                    self.image(start).into()
                }))
            }
        }
    }

    /// A directive that has no block.
    fn line_directive(
        &mut self,
        start: usize,
        name: &str,
        mut arguments: Vec<Argument>,
    ) -> Result<Node, TemplateError> {
        if !is_directive(name) {
            self.note_unknown(start, name, true);
            return Ok(Node::Text(self.images(start, self.cursor).into()));
        }
        if arguments.len() > 1 {
            return Err(self.error_at(start, &format!("#{name} takes one argument at most")));
        }
        let position = self.position(start);
        let argument = arguments.pop().map(|argument| argument.expression);
        Ok(match name {
            "stop" => Node::Stop(argument.map(Box::new)),
            _ => Node::Break(argument.map(|scope| Box::new(ScopedBreak { scope, position }))),
        })
    }

    fn arguments(&mut self, name: &str) -> Result<Vec<Argument>, TemplateError> {
        let mut arguments = Vec::new();
        loop {
            self.skip_blank()?;
            if self.take(Kind::Comma)? {
                self.skip_blank()?;
            } else if self.take(Kind::ParenthesisRight)? {
                return Ok(arguments);
            }
            let start = self.cursor;
            let is_word = self.peek()? == Kind::Word;
            let place = arguments.len();
            let may_be_word = match name {
                "macro" => place == 0,
                "foreach" => place == 1,
                _ => !is_directive(name),
            };
            if is_word && !may_be_word {
                return Err(self.unexpected(&format!("a bare word cannot be an argument of #{name} here")));
            }
            if !is_word && name == "macro" && place == 0 {
                return Err(self.unexpected("the first argument of #macro is its name, a bare word"));
            }
            let expression = if is_word {
                self.cursor += 1;
                Expression::Nothing
            } else {
                self.directive_argument()?
            };
            arguments.push(Argument { expression, is_word, start, end: self.cursor });
        }
    }

    fn foreach(
        &mut self,
        start: usize,
        mut arguments: Vec<Argument>,
        block: Block,
        block_end: usize,
    ) -> Node {
        let position = self.position(start);
        if arguments.len() < 2 {
            return Node::Fault(Box::new(Fault {
                message: "a #foreach is written #foreach($item in $list)".into(),
                piece: quoted_piece(&self.literal(start..block_end)).into(),
                position,
            }));
        }
        let slot = match &arguments[0].expression {
            Expression::Reference(reference) => match reference.root {
                Root::Slot(slot) => slot,
                Root::Word | Root::Undefined => self.slot_after_first_character(arguments[0].start),
            },
            _ => self.slot_after_first_character(arguments[0].start),
        };
        // A fourth argument stands where the original looks for the block.
        let body = if arguments.len() > 3 {
            match arguments.remove(3).expression {
                Expression::Reference(reference) => Block { nodes: vec![Node::Reference(reference)] },
                _ => Block::default(),
            }
        } else {
            block
        };
        // With two arguments the block stands where the original looks for the list.
        let has_items = arguments.len() > 2;
        let literal =
            if has_items { self.literal(arguments[2].start..arguments[2].end) } else { String::new() };
        let items = if has_items { arguments.swap_remove(2).expression } else { Expression::Nothing };
        self.next_loop(|id| Foreach { id, slot, items, body, position, literal: literal.into() })
    }

    fn define(&mut self, start: usize, arguments: &[Argument], block: Block) -> Result<Node, TemplateError> {
        let [argument] = arguments else {
            return Err(
                self.error_at(start, "#define takes one argument, the name of the block: #define($name)")
            );
        };
        let slot = self.slot_after_first_character(argument.start);
        Ok(Node::Define { slot, block: Arc::new(block) })
    }

    fn macro_definition(&mut self, start: usize, arguments: &[Argument]) -> Result<Node, TemplateError> {
        let Some(name) = arguments.first().filter(|argument| argument.is_word) else {
            return Err(self.error_at(start, "a #macro needs a name"));
        };
        let name = self.image(name.start).to_owned();
        self.note_unknown(start, "macro", true);
        self.macros.insert(name);
        Ok(Node::Text("".into()))
    }

    fn literal_directive(
        &mut self,
        start: usize,
        arguments: &[Argument],
        block_start: usize,
        block_end: usize,
    ) -> Result<Node, TemplateError> {
        let range = match arguments.first() {
            Some(argument) => argument.start..argument.end,
            None if block_start < block_end => block_start..block_end,
            None => return Err(self.error_at(start, "a #literal cannot be empty")),
        };
        Ok(Node::Text(self.literal(range).into()))
    }

    /// The text of a range of tokens, without what the lexer passed over between them.
    fn images(&self, start: usize, end: usize) -> String {
        (start..end).map(|index| self.image(index)).collect()
    }
}
