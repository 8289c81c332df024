//! Spark's SQL as sqlparser can be told of it.
//!
//! What must stay true: `array(..)` is a function (sqlparser grants that to Databricks' dialect only, so this one passes for
//! it), strings stand in either quotes with backslash escapes left in, names in backticks.

use std::any::TypeId;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Statement};
use datafusion::sql::sqlparser::dialect::{DatabricksDialect, Dialect};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Span, Token, Tokenizer};

use super::error::{Result, SqlError};
use crate::limits::SQL_TOKENS_MAX;

/// The statements of a text; strings keep their escapes for `literal::unescape`.
pub(super) fn parse(sql: &str) -> Result<Vec<Statement>> {
    let dialect = SparkSql;
    let tokens = Tokenizer::new(&dialect, sql).with_unescape(false).tokenize_with_location();
    let tokens = tokens.map_err(|error| SqlError::at_location(error.location, error.message))?;
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    if words > SQL_TOKENS_MAX {
        return Err(SqlError::at(
            Span::empty(),
            format!("the SQL has more than {SQL_TOKENS_MAX} words and marks"),
        ));
    }
    Parser::new(&dialect)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|error| SqlError::of_parser(&error))
}

#[derive(Debug)]
struct SparkSql;

impl Dialect for SparkSql {
    fn dialect(&self) -> TypeId {
        TypeId::of::<DatabricksDialect>()
    }

    fn is_delimited_identifier_start(&self, c: char) -> bool {
        c == '`'
    }

    fn is_identifier_start(&self, c: char) -> bool {
        c.is_ascii_alphabetic() || c == '_'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_'
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    fn supports_bang_not_operator(&self) -> bool {
        true
    }

    fn supports_long_type_as_bigint(&self) -> bool {
        true
    }

    fn supports_cte_without_as(&self) -> bool {
        true
    }

    /// `a DIV b`, which binds as `a / b` does.
    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        expr: &Expr,
        precedence: u8,
    ) -> Option<std::result::Result<Expr, ParserError>> {
        if !parser.parse_keyword(Keyword::DIV) {
            return None;
        }
        let right = match parser.parse_subexpr(precedence) {
            Ok(right) => right,
            Err(error) => return Some(Err(error)),
        };
        let (left, right) = (Box::new(expr.clone()), Box::new(right));
        Some(Ok(Expr::BinaryOp { left, op: BinaryOperator::MyIntegerDivide, right }))
    }
}
