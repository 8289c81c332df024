//! The words and marks of DDL, each with the line and column where it begins.
//!
//! What must stay true: reading never fails past the first bad character, and columns count characters, from 1.

use super::parser::DdlError;

/// One word or mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word: a name, a type, a keyword.
    Word(String),
    /// A name in backticks, taken literally.
    Quoted(String),
    /// A text in single or double quotes.
    Text(String),
    /// A whole number, as written.
    Number(String),
    /// One of `( ) < > , : =`.
    Mark(char),
}

/// A token and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) place: Place,
}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// All tokens of `ddl` and the place where it ends.
pub(super) fn tokens(ddl: &str) -> Result<(Vec<Placed>, Place), DdlError> {
    let mut reader = Reader { rest: ddl.chars().peekable(), place: Place { line: 1, column: 1 } };
    let mut found = Vec::new();
    while let Some(&c) = reader.rest.peek() {
        let place = reader.place;
        let token = match c {
            _ if c.is_whitespace() => {
                reader.next();
                continue;
            }
            '(' | ')' | '<' | '>' | ',' | ':' => {
                reader.next();
                Token::Mark(c)
            }
            '`' => Token::Quoted(reader.quoted('`', place)?),
            '\'' | '"' => Token::Text(reader.quoted(c, place)?),
            _ if c.is_ascii_digit() => Token::Number(reader.run(|c| c.is_ascii_digit())),
            _ if c.is_alphabetic() || c == '_' => {
                Token::Word(reader.run(|c| c.is_alphanumeric() || c == '_'))
            }
            _ => {
                return Err(DdlError::new(
                    place,
                    format!("unexpected {c:?}; a name with such a character goes in backticks"),
                ));
            }
        };
        found.push(Placed { token, place });
    }
    Ok((found, reader.place))
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    place: Place,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(&c) = self.rest.peek()
            && belongs(c)
        {
            text.push(c);
            self.next();
        }
        text
    }

    /// What stands between two quotes; a doubled quote is one, and in a text a backslash takes the next character as it is.
    fn quoted(&mut self, quote: char, begin: Place) -> Result<String, DdlError> {
        self.next();
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == quote {
                if self.rest.peek() != Some(&quote) {
                    return Ok(text);
                }
                self.next();
                text.push(quote);
            } else if c == '\\' && quote != '`' {
                text.extend(self.next());
            } else {
                text.push(c);
            }
        }
        Err(DdlError::new(begin, format!("this {quote} is never closed")))
    }
}
