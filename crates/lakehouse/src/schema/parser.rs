//! DDL to [`Schema`].
//!
//! The grammar: columns parted by commas, each `name [:] type [NOT NULL] [COMMENT 'text']`; the same inside `STRUCT<..>`.
//! What must stay true: recursion is bounded by `SCHEMA_DEPTH_MAX`, and each error says what is expected at its place.

use super::token::{Place, Placed, Token, tokens};
use super::{DataType, Field, Schema};
use crate::clean::PrepareError;
use crate::definition::SourceText;
use crate::limits::{SCHEMA_DEPTH_MAX, SCHEMA_FIELDS_MAX};

/// What is wrong with a DDL text, and where.
#[derive(Debug)]
pub(super) struct DdlError {
    place: Place,
    message: String,
}

impl DdlError {
    pub(super) fn new(place: Place, message: String) -> Self {
        Self { place, message }
    }

    pub(super) fn into_prepare_error(self, ddl: &SourceText) -> PrepareError {
        PrepareError::Schema {
            file: ddl.file.clone(),
            line: self.place.line,
            column: self.place.column,
            message: self.message,
        }
    }
}

pub(super) fn parse(ddl: &str) -> Result<Schema, DdlError> {
    let (tokens, end) = tokens(ddl)?;
    let mut parser = Parser { tokens, at: 0, end, fields_total: 0 };
    if parser.tokens.is_empty() {
        return Err(DdlError::new(end, "the schema names no column; write `name TYPE, ..`".to_owned()));
    }
    let fields = parser.fields(None, 0)?;
    Ok(Schema { fields })
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    end: Place,
    fields_total: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn place(&self) -> Place {
        self.tokens.get(self.at).map_or(self.end, |placed| placed.place)
    }

    fn error<T>(&self, expected: &str) -> Result<T, DdlError> {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Token::Word(text) | Token::Number(text)) => format!("`{text}`"),
            Some(Token::Quoted(name)) => format!("the name `{name}`"),
            Some(Token::Text(text)) => format!("the text '{text}'"),
            Some(Token::Mark(mark)) => format!("`{mark}`"),
        };
        Err(DdlError::new(self.place(), format!("expected {expected}, found {found}")))
    }

    fn take_mark(&mut self, mark: char) -> bool {
        let is = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(is);
        is
    }

    fn expect_mark(&mut self, mark: char) -> Result<(), DdlError> {
        if self.take_mark(mark) { Ok(()) } else { self.error(&format!("`{mark}`")) }
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(is);
        is
    }

    /// Fields up to `close`, which is consumed, or to the end when there is none.
    fn fields(&mut self, close: Option<char>, depth: usize) -> Result<Vec<Field>, DdlError> {
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let place = self.place();
            let field = self.field(depth)?;
            if fields.iter().any(|other| other.name == field.name) {
                return Err(DdlError::new(place, format!("the column `{}` is there twice", field.name)));
            }
            fields.push(field);
            self.fields_total += 1;
            if self.fields_total > SCHEMA_FIELDS_MAX {
                return Err(DdlError::new(place, format!("more than {SCHEMA_FIELDS_MAX} columns")));
            }
            if self.take_mark(',') {
                continue;
            }
            return match close {
                None if self.peek().is_none() => Ok(fields),
                None => self.error("`,` and a further column, or the end"),
                Some(mark) => self.expect_mark(mark).map(|()| fields),
            };
        }
    }

    fn field(&mut self, depth: usize) -> Result<Field, DdlError> {
        let name = match self.peek() {
            Some(Token::Word(name) | Token::Quoted(name)) if !name.is_empty() => name.clone(),
            _ => return self.error("the name of a column"),
        };
        self.at += 1;
        self.take_mark(':');
        let data_type = self.data_type(depth)?;
        if self.take_keyword("NOT") && !self.take_keyword("NULL") {
            return self.error("NULL after NOT");
        }
        let mut comment = None;
        if self.take_keyword("COMMENT") {
            match self.peek() {
                Some(Token::Text(text)) => comment = Some(text.clone()),
                _ => return self.error("the comment's text in quotes"),
            }
            self.at += 1;
        }
        Ok(Field { name, data_type, comment })
    }

    fn data_type(&mut self, depth: usize) -> Result<DataType, DdlError> {
        let place = self.place();
        if depth >= SCHEMA_DEPTH_MAX {
            return Err(DdlError::new(place, format!("types are nested deeper than {SCHEMA_DEPTH_MAX}")));
        }
        let Some(Token::Word(word)) = self.peek() else { return self.error("a type") };
        let word = word.to_ascii_uppercase();
        self.at += 1;
        Ok(match word.as_str() {
            "STRING" => DataType::String,
            "TINYINT" | "BYTE" => DataType::TinyInt,
            "SMALLINT" | "SHORT" => DataType::SmallInt,
            "INT" | "INTEGER" => DataType::Int,
            "BIGINT" | "LONG" => DataType::BigInt,
            "FLOAT" | "REAL" => DataType::Float,
            "DOUBLE" => DataType::Double,
            "DECIMAL" | "DEC" | "NUMERIC" => self.decimal()?,
            "BOOLEAN" => DataType::Boolean,
            "TIMESTAMP" | "TIMESTAMP_LTZ" => DataType::Timestamp,
            "DATE" => DataType::Date,
            "BINARY" => DataType::Binary,
            "ARRAY" => {
                self.expect_mark('<')?;
                let item = self.data_type(depth + 1)?;
                self.expect_mark('>')?;
                DataType::Array(Box::new(item))
            }
            "STRUCT" => {
                self.expect_mark('<')?;
                DataType::Struct(self.fields(Some('>'), depth + 1)?)
            }
            "MAP" => self.map(depth)?,
            _ => return Err(DdlError::new(place, unknown_type(&word))),
        })
    }

    fn map(&mut self, depth: usize) -> Result<DataType, DdlError> {
        self.expect_mark('<')?;
        let place = self.place();
        let key = self.data_type(depth + 1)?;
        if key != DataType::String {
            return Err(DdlError::new(place, format!("a map in JSON has STRING keys, not {key}")));
        }
        self.expect_mark(',')?;
        let value = self.data_type(depth + 1)?;
        self.expect_mark('>')?;
        Ok(DataType::Map(Box::new(value)))
    }

    /// `(p)`, `(p, s)` or nothing, which is `(10, 0)`.
    fn decimal(&mut self) -> Result<DataType, DdlError> {
        if !self.take_mark('(') {
            return Ok(DataType::Decimal { precision: 10, scale: 0 });
        }
        let place = self.place();
        let precision = self.number()?;
        let scale = if self.take_mark(',') { self.number()? } else { 0 };
        self.expect_mark(')')?;
        if precision == 0 || precision > 38 || scale > precision {
            let message = format!(
                "DECIMAL({precision},{scale}): the precision is 1 to 38, the scale 0 to the precision"
            );
            return Err(DdlError::new(place, message));
        }
        Ok(DataType::Decimal { precision, scale: scale.cast_signed() })
    }

    fn number(&mut self) -> Result<u8, DdlError> {
        let number = match self.peek() {
            Some(Token::Number(digits)) => digits.parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return self.error("a number from 0 to 38") };
        self.at += 1;
        Ok(number)
    }
}

fn unknown_type(word: &str) -> String {
    const KNOWN: &str = "STRING, INT, BIGINT, SMALLINT, TINYINT, DOUBLE, FLOAT, DECIMAL(p,s), BOOLEAN, TIMESTAMP, DATE, BINARY, \
                         ARRAY<..>, STRUCT<..>, MAP<STRING,..>";
    match word {
        "TIMESTAMP_NTZ" => {
            "TIMESTAMP_NTZ would force readers of the table to protocol 3: use TIMESTAMP".to_owned()
        }
        "VARCHAR" | "CHAR" | "TEXT" => format!("the type {word} is not read from JSON: use STRING"),
        _ => format!("the type {word} is not known here; there are {KNOWN}"),
    }
}
