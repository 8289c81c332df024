//! Expressions: operators by precedence, and the values they stand between. What must stay true: operators of one precedence
//! become one flat chain, so a long sum is not a deep tree; blanks belong where the grammar of the original has them.

use std::ops::Range;

use super::Parser;
use crate::{
    ast::{Chain, Expression, Link, Operator, Root},
    error::TemplateError,
    lexer::Kind,
    limits::{INTEGER_BITS_MAX, INTEGER_DIGITS_MAX},
    value::{Arithmetic, Value},
};

/// An expression and its tokens.
type Spanned = (Expression, Range<usize>);

/// A binary operator: the higher the level, the tighter it binds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binary {
    Or,
    And,
    Chain(Operator),
}

fn binary_operator(kind: Kind) -> Option<(u8, Binary)> {
    use Operator::{Arithmetic as Math, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    Some(match kind {
        Kind::Or => (0, Binary::Or),
        Kind::And => (1, Binary::And),
        Kind::Equal => (2, Binary::Chain(Equal)),
        Kind::NotEqual => (2, Binary::Chain(NotEqual)),
        Kind::Less => (3, Binary::Chain(Less)),
        Kind::Greater => (3, Binary::Chain(Greater)),
        Kind::LessOrEqual => (3, Binary::Chain(LessOrEqual)),
        Kind::GreaterOrEqual => (3, Binary::Chain(GreaterOrEqual)),
        Kind::Plus => (4, Binary::Chain(Math(Arithmetic::Add))),
        Kind::Minus => (4, Binary::Chain(Math(Arithmetic::Subtract))),
        Kind::Multiply => (5, Binary::Chain(Math(Arithmetic::Multiply))),
        Kind::Divide => (5, Binary::Chain(Math(Arithmetic::Divide))),
        Kind::Modulo => (5, Binary::Chain(Math(Arithmetic::Modulo))),
        _ => return None,
    })
}

impl Parser<'_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Result<Expression, TemplateError> {
        self.enter()?;
        let (expression, _) = self.operators(0)?;
        self.leave();
        Ok(expression)
    }

    /// Operands joined by operators that bind at least as tightly as `level_min`.
    fn operators(&mut self, level_min: u8) -> Result<Spanned, TemplateError> {
        let (mut left, mut left_tokens) = self.unary()?;
        let mut left_level = u8::MAX;
        while let Some((level, operator)) =
            binary_operator(self.peek()?).filter(|(level, _)| *level >= level_min)
        {
            self.cursor += 1;
            let start = self.cursor;
            let (right, right_tokens) = self.operators(level + 1)?;
            let left_literal = self.literal_of_missing(&left, operator, left_tokens);
            let right_literal = self.literal_of_missing(&right, operator, right_tokens);
            left = match operator {
                Binary::Or => or(left, right, left_level == level),
                Binary::And => and(left, right, left_level == level),
                Binary::Chain(operator) => {
                    let link = Link { operator, operand: right, left_literal, right_literal };
                    chain(left, link, left_level == level)
                }
            };
            left_level = level;
            left_tokens = start..self.cursor;
        }
        Ok((left, left_tokens))
    }

    /// The text that a `+` puts in the place of an operand without a value.
    fn literal_of_missing(&self, operand: &Expression, operator: Binary, tokens: Range<usize>) -> Box<str> {
        let is_added = operator == Binary::Chain(Operator::Arithmetic(Arithmetic::Add));
        if is_added && may_be_missing(operand) { self.literal(tokens).into() } else { "".into() }
    }

    fn unary(&mut self) -> Result<Spanned, TemplateError> {
        let ahead = usize::from(self.peek()? == Kind::Blank);
        if self.peek_at(ahead)? != Kind::Not {
            return self.primary();
        }
        let start = self.cursor;
        self.cursor += ahead + 1;
        self.enter()?;
        let (operand, _) = self.unary()?;
        self.leave();
        Ok((Expression::Not(Box::new(operand)), start..self.cursor))
    }

    fn primary(&mut self) -> Result<Spanned, TemplateError> {
        self.skip_blank()?;
        let mut start = self.cursor;
        let mut end = None;
        let expression = if self.take(Kind::ParenthesisLeft)? {
            start = self.cursor;
            let inner = self.expression()?;
            end = Some(self.cursor);
            self.expect(Kind::ParenthesisRight, "an operator or `)`")?;
            inner
        } else {
            self.value()?
        };
        let end = end.unwrap_or(self.cursor);
        self.skip_blank()?;
        Ok((expression, start..end))
    }

    /// A value with blanks around it: an argument of a method, an item of a list.
    pub(super) fn parameter(&mut self) -> Result<Expression, TemplateError> {
        self.skip_blank()?;
        let value = self.value()?;
        self.skip_blank()?;
        Ok(value)
    }

    /// An argument of a directive that is not a bare word.
    pub(super) fn directive_argument(&mut self) -> Result<Expression, TemplateError> {
        self.value()
    }

    /// What may stand between the brackets of an index.
    pub(super) fn index_value(&mut self) -> Result<Expression, TemplateError> {
        match self.peek()? {
            Kind::BracketLeft | Kind::CurlyLeft | Kind::Float => Err(self.unexpected("expected an index")),
            _ => self.value(),
        }
    }

    fn value(&mut self) -> Result<Expression, TemplateError> {
        match self.peek()? {
            Kind::String => {
                self.cursor += 1;
                self.string_literal()
            }
            Kind::Integer => {
                self.cursor += 1;
                self.integer_literal()
            }
            Kind::Float => {
                self.cursor += 1;
                self.float_literal()
            }
            Kind::True | Kind::False => {
                let is_true = self.peek()? == Kind::True;
                self.cursor += 1;
                Ok(Expression::Truth(is_true))
            }
            Kind::Identifier | Kind::ReferenceCurlyLeft => {
                Ok(Expression::Reference(Box::new(self.reference()?)))
            }
            Kind::BracketLeft => self.nested(Self::list_or_range),
            Kind::CurlyLeft => self.nested(Self::map),
            _ => Err(self.unexpected("expected a value")),
        }
    }

    fn nested(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<Expression, TemplateError>,
    ) -> Result<Expression, TemplateError> {
        self.enter()?;
        self.cursor += 1;
        let value = parse(self)?;
        self.leave();
        Ok(value)
    }

    fn list_or_range(&mut self) -> Result<Expression, TemplateError> {
        if self.take(Kind::BracketRight)? {
            return Ok(Expression::List(Vec::new()));
        }
        let is_bound = |kind| matches!(kind, Kind::Integer | Kind::Identifier | Kind::ReferenceCurlyLeft);
        let may_be_range = is_bound(self.peek_past_blank()?);
        let mut items = vec![self.parameter()?];
        if may_be_range && self.take(Kind::DoubleDot)? {
            if !is_bound(self.peek_past_blank()?) {
                return Err(self.unexpected("expected an integer or a reference, where the range ends"));
            }
            let last = self.parameter()?;
            self.expect(Kind::BracketRight, "`]`")?;
            let first = items.swap_remove(0);
            return Ok(Expression::Range(Box::new((first, last))));
        }
        while self.take(Kind::Comma)? {
            items.push(self.parameter()?);
        }
        self.expect(Kind::BracketRight, "`,` or `]`")?;
        Ok(Expression::List(items))
    }

    fn map(&mut self) -> Result<Expression, TemplateError> {
        let mut entries = Vec::new();
        if matches!(self.peek_past_blank()?, Kind::CurlyRight | Kind::ReferenceCurlyRight) {
            self.skip_blank()?;
            self.take_map_end()?;
            return Ok(Expression::Map(entries));
        }
        loop {
            let key = self.parameter()?;
            self.expect(Kind::Colon, "`:`")?;
            entries.push((key, self.parameter()?));
            if !self.take(Kind::Comma)? {
                break;
            }
        }
        if self.take_map_end()? {
            Ok(Expression::Map(entries))
        } else {
            Err(self.unexpected("expected `,` or `}`"))
        }
    }

    /// What comes next, blanks aside: the grammar allows one run of them, and whoever parses on takes it.
    fn peek_past_blank(&mut self) -> Result<Kind, TemplateError> {
        let ahead = usize::from(self.peek()? == Kind::Blank);
        self.peek_at(ahead)
    }

    /// A brace closes a map in two lexical states.
    fn take_map_end(&mut self) -> Result<bool, TemplateError> {
        Ok(self.take(Kind::CurlyRight)? || self.take(Kind::ReferenceCurlyRight)?)
    }

    fn integer_literal(&mut self) -> Result<Expression, TemplateError> {
        let image = self.image(self.cursor - 1);
        if image.len() > INTEGER_DIGITS_MAX {
            return Err(self.error_at(self.cursor - 1, "this integer is too long"));
        }
        let value = match image.parse::<i64>() {
            Ok(number) => Value::integer(number),
            Err(_) => match image.parse::<num_bigint::BigInt>() {
                Ok(number) if number.bits() <= INTEGER_BITS_MAX => Value::from(number),
                _ => return Err(self.error_at(self.cursor - 1, "this is not an integer")),
            },
        };
        Ok(Expression::Literal(value))
    }

    fn float_literal(&mut self) -> Result<Expression, TemplateError> {
        match self.image(self.cursor - 1).parse::<f64>() {
            Ok(number) => Ok(Expression::Literal(Value::Double(number))),
            Err(_) => Err(self.error_at(self.cursor - 1, "this is not a number")),
        }
    }
}

fn or(left: Expression, right: Expression, extends_left: bool) -> Expression {
    match left {
        Expression::Or(mut operands) if extends_left => {
            operands.push(right);
            Expression::Or(operands)
        }
        left => Expression::Or(vec![left, right]),
    }
}

fn and(left: Expression, right: Expression, extends_left: bool) -> Expression {
    match left {
        Expression::And(mut operands) if extends_left => {
            operands.push(right);
            Expression::And(operands)
        }
        left => Expression::And(vec![left, right]),
    }
}

fn chain(left: Expression, link: Link, extends_left: bool) -> Expression {
    match left {
        Expression::Chain(mut chain) if extends_left => {
            chain.rest.push(link);
            Expression::Chain(chain)
        }
        first => Expression::Chain(Box::new(Chain { first, rest: vec![link] })),
    }
}

/// Whether an operand can have no value at all; an undefined reference has one, the empty string.
fn may_be_missing(expression: &Expression) -> bool {
    match expression {
        Expression::Range(_) | Expression::Nothing => true,
        Expression::Chain(chain) => {
            chain.rest.last().is_some_and(|link| matches!(link.operator, Operator::Arithmetic(_)))
        }
        Expression::Reference(reference) => !matches!(reference.root, Root::Slot(_)),
        _ => false,
    }
}
