//! Texts of policies that are compared with texts of requests: with wildcards and with variables such as `${aws:username}`
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).
//!
//! What must stay true: what a variable stands for is compared as it is, it brings in no wildcards; a variable without a value
//! makes the whole text match nothing.

use std::borrow::Cow;

use crate::policy::key::ContextKey;
use crate::policy::pattern::{Token, matches_tokens, token};

/// A text of a policy, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextPattern {
    /// `*` alone.
    Any,
    /// No wildcard and no variable.
    Exact(String),
    /// One wildcard `*`, at the end.
    Prefix(String),
    /// Wildcards, no variable.
    Wild(Vec<Token>),
    /// Something with variables.
    Pieces(Vec<Piece>),
}

/// A part of a text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Tokens(Vec<Token>),
    Variable { key: ContextKey, default: Option<String> },
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether `${..}` is a variable: not in version 2008-10-17 of the language.
    pub(crate) variables: bool,
}

/// Gives the value of a variable.
pub(crate) type Resolve<'a> = &'a dyn Fn(&ContextKey) -> Option<Cow<'a, str>>;

impl TextPattern {
    /// Reads a text, or says what is wrong with one of its variables.
    pub(crate) fn parse(text: &str, reading: Reading) -> Result<Self, String> {
        let has_variable = reading.variables && text.contains("${");
        if !has_variable {
            let body = text.strip_suffix('*').unwrap_or(text);
            return Ok(if !reading.wildcards || !text.contains(['*', '?']) {
                Self::Exact(text.to_owned())
            } else if text == "*" {
                Self::Any
            } else if !body.contains(['*', '?']) {
                Self::Prefix(body.to_owned())
            } else {
                Self::Wild(tokens(text, reading))
            });
        }
        let mut pieces = Vec::new();
        let mut plain: Vec<Token> = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            plain.extend(tokens(before, reading));
            let Some((inside, remaining)) = after.split_once('}') else {
                return Err(format!("{text:?} has a variable without an end: a `}}` is missing"));
            };
            match inside {
                "*" | "?" | "$" => plain.extend(inside.bytes().map(Token::Byte)),
                _ => {
                    pieces.push(Piece::Tokens(std::mem::take(&mut plain)));
                    pieces.push(variable(inside)?);
                }
            }
            rest = remaining;
        }
        plain.extend(tokens(rest, reading));
        if pieces.is_empty() {
            return Ok(Self::Wild(plain));
        }
        pieces.push(Piece::Tokens(plain));
        Ok(Self::Pieces(pieces))
    }

    /// Whether a whole text matches.
    pub(crate) fn matches(&self, text: &str, resolve: Resolve<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == text,
            Self::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Self::Wild(tokens) => matches_tokens(tokens, text.as_bytes()),
            Self::Pieces(_) => {
                self.resolved(resolve).is_some_and(|tokens| matches_tokens(&tokens, text.as_bytes()))
            }
        }
    }

    /// Whether it could match with some values of its variables.
    pub(crate) fn could_match(&self, text: &str) -> bool {
        let Self::Pieces(pieces) = self else { return self.matches(text, &|_| None) };
        let mut open = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Tokens(tokens) => open.extend_from_slice(tokens),
                Piece::Variable { .. } => open.push(Token::Star),
            }
        }
        matches_tokens(&open, text.as_bytes())
    }

    /// Its steps with the values of its variables; `None` when one has none.
    pub(crate) fn resolved(&self, resolve: Resolve<'_>) -> Option<Cow<'_, [Token]>> {
        let bytes = |text: &str| text.bytes().map(Token::Byte).collect::<Vec<_>>();
        Some(Cow::Owned(match self {
            Self::Any => vec![Token::Star],
            Self::Exact(text) => bytes(text),
            Self::Prefix(text) => {
                let mut tokens = bytes(text);
                tokens.push(Token::Star);
                tokens
            }
            Self::Wild(tokens) => return Some(Cow::Borrowed(tokens)),
            Self::Pieces(pieces) => {
                let mut tokens = Vec::new();
                for piece in pieces {
                    match piece {
                        Piece::Tokens(plain) => tokens.extend_from_slice(plain),
                        Piece::Variable { key, default } => match (resolve(key), default) {
                            (Some(value), _) => tokens.extend(value.bytes().map(Token::Byte)),
                            (None, Some(default)) => tokens.extend(default.bytes().map(Token::Byte)),
                            (None, None) => return None,
                        },
                    }
                }
                tokens
            }
        }))
    }

    /// Its text with the values of its variables, where it has no wildcards; `None` when a variable has no value.
    pub(crate) fn text(&self, resolve: Resolve<'_>) -> Option<Cow<'_, str>> {
        if let Self::Exact(text) = self {
            return Some(Cow::Borrowed(text));
        }
        let tokens = self.resolved(resolve)?;
        let byte = |token: &Token| match token {
            Token::Star => b'*',
            Token::One => b'?',
            Token::Byte(byte) => *byte,
        };
        String::from_utf8(tokens.iter().map(byte).collect()).ok().map(Cow::Owned)
    }
}

fn tokens(text: &str, reading: Reading) -> Vec<Token> {
    text.bytes().map(if reading.wildcards { token } else { Token::Byte }).collect()
}

/// `aws:username`, or `aws:PrincipalTag/team, 'none'` with a default.
fn variable(inside: &str) -> Result<Piece, String> {
    let (name, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((name, default)) => {
            let quoted = default.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let Some(default) = quoted else {
                return Err(format!("the default in ${{{inside}}} has to stand in single quotes"));
            };
            (name, Some(default.to_owned()))
        }
    };
    let Some(key) = ContextKey::parse(name.trim()) else {
        return Err(format!("the variable ${{{inside}}} is not known to this server"));
    };
    Ok(Piece::Variable { key, default })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Reading = Reading { wildcards: true, variables: true };

    fn matches(pattern: &str, text: &str) -> bool {
        let pattern = TextPattern::parse(pattern, ALL).expect("a pattern");
        pattern.matches(text, &|key| match key {
            ContextKey::UserName => Some(Cow::Borrowed("a*a")),
            _ => None,
        })
    }

    #[test]
    fn variables_stand_for_their_values_and_bring_in_no_wildcards() {
        for (pattern, text, expected) in [
            ("stream/${aws:username}-*", "stream/a*a-1", true),
            ("stream/${aws:username}-*", "stream/aba-1", false),
            ("stream/${aws:userid}-*", "stream/-1", false),
            ("stream/${aws:PrincipalTag/team, 'none'}", "stream/none", true),
            ("a${*}b${?}${$}", "a*b?$", true),
            ("a${*}b", "axb", false),
            ("abc*", "abcd", true),
            ("abc", "abcd", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        for (bad, what) in [
            ("${aws:username", "\"${aws:username\" has a variable without an end: a `}` is missing"),
            ("${aws:nonsense}", "the variable ${aws:nonsense} is not known to this server"),
            ("${aws:username, x}", "the default in ${aws:username, x} has to stand in single quotes"),
        ] {
            assert_eq!(TextPattern::parse(bad, ALL).expect_err(bad), what);
        }
        let old = Reading { wildcards: true, variables: false };
        assert_eq!(
            TextPattern::parse("${aws:username}", old),
            Ok(TextPattern::Exact("${aws:username}".to_owned()))
        );
    }
}
