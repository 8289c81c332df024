//! Java's regular expressions on Rust's engine: patterns, replacements, and the functions that take them.
//!
//! What must stay true: a pattern that Rust's engine would read otherwise than Java's is either translated or refused when
//! the pipeline is prepared. `\d \w \s \b` are ASCII, `.` stops at every line break that Java knows. Look-around and back
//! references, which no linear-time engine has, are refused by that engine. One difference stays: `$` is the very end of the
//! text only, in Java also the place before a last line break.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, StringBuilder};
use datafusion::arrow::error::ArrowError;
use regex::{Captures, Regex, RegexBuilder};

use super::text::lists;

/// Bytes that one compiled pattern may take, and its cache.
const COMPILED_BYTES_MAX: usize = 4 << 20;

/// Compiles a pattern written for Java; the error says what is wrong with it.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&translate(pattern)?)
        .size_limit(COMPILED_BYTES_MAX)
        .dfa_size_limit(COMPILED_BYTES_MAX)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => format!("the pattern '{pattern}' is too large"),
            _ => format!(
                "the pattern '{pattern}' cannot be used: {}",
                error.to_string().lines().next_back().unwrap_or_default().trim_start_matches("error: ")
            ),
        })
}

/// Java's notation to Rust's.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut classes = 0_usize;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = translate_escape(pattern, rest, classes > 0, &mut out)?,
            '[' if classes > 0 && rest.starts_with(':') => {
                return Err(format!(
                    "the pattern '{pattern}' cannot be used: Java has no [:name:]; write \\p{{Alpha}}"
                ));
            }
            '[' => {
                classes += 1;
                out.push('[');
                if let Some(after) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = after;
                }
            }
            ']' => {
                classes = classes.saturating_sub(1);
                out.push(']');
            }
            '.' if classes == 0 => out.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]"),
            // Rust reads these as operators inside a class, Java as themselves.
            '~' | '-' if classes > 0 && rest.starts_with(c) => {
                out.push('\\');
                out.push(c);
            }
            '(' if rest.starts_with("?>") => {
                return Err(format!("the pattern '{pattern}' cannot be used: no atomic groups"));
            }
            '+' if out.ends_with(['*', '+', '?', '}']) && classes == 0 => {
                return Err(format!("the pattern '{pattern}' cannot be used: no possessive quantifiers"));
            }
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// Translates what follows a backslash and returns what is left.
fn translate_escape<'a>(
    pattern: &str,
    rest: &'a str,
    in_class: bool,
    out: &mut String,
) -> Result<&'a str, String> {
    let Some(c) = rest.chars().next() else {
        return Err(format!("the pattern '{pattern}' ends in a backslash"));
    };
    let after = &rest[c.len_utf8()..];
    let class = match c {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => r"\t\n\x0B\f\r ",
        'h' => r"\t \u{A0}\u{1680}\u{180E}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}",
        'D' | 'W' | 'S' => {
            let lower = match c {
                'D' => "0-9",
                'W' => "0-9A-Za-z_",
                _ => r"\t\n\x0B\f\r ",
            };
            out.extend(["[^", lower, "]"]);
            return Ok(after);
        }
        'Q' => {
            let (literal, after) = after.split_once("\\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(literal));
            return Ok(after);
        }
        'b' | 'B' if !in_class => {
            out.push_str(if c == 'b' { r"(?-u:\b)" } else { r"(?-u:\B)" });
            return Ok(after);
        }
        'Z' => {
            out.push_str(r"\z");
            return Ok(after);
        }
        'e' => {
            out.push_str(r"\x1B");
            return Ok(after);
        }
        'p' | 'P' => return translate_property(pattern, after, c, out),
        'G' | 'k' | 'R' | 'X' | 'N' | 'c' | '0'..='9' => {
            return Err(format!("the pattern '{pattern}' cannot be used: \\{c} is not supported"));
        }
        _ => {
            // Rust refuses an escaped letter that it does not know; Java does too, and takes any other character.
            if c.is_ascii_alphanumeric() {
                out.extend(['\\', c]);
            } else {
                out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            }
            return Ok(after);
        }
    };
    if in_class {
        out.push_str(class);
    } else {
        out.extend(["[", class, "]"]);
    }
    Ok(after)
}

/// `\p{Alpha}` and its kind are ASCII in Java; other names are Unicode's in both.
fn translate_property<'a>(
    pattern: &str,
    after: &'a str,
    p: char,
    out: &mut String,
) -> Result<&'a str, String> {
    const POSIX: [(&str, &str); 13] = [
        ("Lower", "a-z"),
        ("Upper", "A-Z"),
        ("ASCII", r"\x00-\x7F"),
        ("Alpha", "A-Za-z"),
        ("Digit", "0-9"),
        ("Alnum", "0-9A-Za-z"),
        ("Punct", r"!-/:-@\[-`{-~"),
        ("Graph", "!-~"),
        ("Print", " -~"),
        ("Blank", r" \t"),
        ("Cntrl", r"\x00-\x1F\x7F"),
        ("XDigit", "0-9A-Fa-f"),
        ("Space", r"\t\n\x0B\f\r "),
    ];
    let Some((name, rest)) = after.strip_prefix('{').and_then(|after| after.split_once('}')) else {
        out.extend(['\\', p]);
        return Ok(after);
    };
    if let Some((_, class)) = POSIX.iter().find(|(posix, _)| *posix == name) {
        out.extend(["[", if p == 'P' { "^" } else { "" }, class, "]"]);
    } else if name.starts_with("java") {
        return Err(format!("the pattern '{pattern}' cannot be used: \\{p}{{{name}}} is not supported"));
    } else {
        out.extend(['\\', p]);
        out.extend(["{", name.strip_prefix("Is").unwrap_or(name), "}"]);
    }
    Ok(rest)
}

/// What a match is replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Replacement {
    /// Java's notation: `$1` and `${name}` are groups, a backslash takes the next character as it is.
    pub(crate) fn parse(text: &str, regex: &Regex) -> Result<Self, String> {
        let groups = regex.captures_len();
        let no_group = |name: &str| {
            format!("the replacement '{text}' names the group {name}, which the pattern does not have")
        };
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '\\' => literal
                    .push(characters.next().ok_or(format!("the replacement '{text}' ends in a backslash"))?),
                '$' => {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    if characters.next_if_eq(&'{').is_some() {
                        let name: String = characters.by_ref().take_while(|&c| c != '}').collect();
                        let group = regex.capture_names().position(|other| other == Some(&name));
                        pieces.push(Piece::Group(group.ok_or_else(|| no_group(&name))?));
                        continue;
                    }
                    let digit = characters.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10));
                    let mut group = digit
                        .ok_or(format!("the replacement '{text}' has a $ without a group; write \\$"))?
                        as usize;
                    if group >= groups {
                        return Err(no_group(&group.to_string()));
                    }
                    // Further digits belong to the number as long as there is such a group.
                    while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10))
                        && group * 10 + (digit as usize) < groups
                    {
                        group = group * 10 + digit as usize;
                        characters.next();
                    }
                    pieces.push(Piece::Group(group));
                }
                _ => literal.push(c),
            }
        }
        pieces.push(Piece::Text(literal));
        Ok(Self(pieces))
    }

    fn write(&self, captures: &Captures<'_>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(group) => out.push_str(captures.get(*group).map_or("", |found| found.as_str())),
            }
        }
    }

    /// The text that replaces every match alike, if it does.
    fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// `regexp_replace`: every match replaced.
pub(crate) fn replace(
    regex: Regex,
    replacement: Replacement,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let texts = columns[0].as_string::<i32>();
        let mut builder = StringBuilder::with_capacity(rows, texts.value_data().len());
        let mut out = String::new();
        for text in texts {
            let Some(text) = text else {
                builder.append_null();
                continue;
            };
            out.clear();
            replace_all(&regex, &replacement, text, &mut out);
            builder.append_value(&out);
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// Java takes an empty match right after another match, Rust does not: `aaa` by `a*` is two matches in Java.
fn replace_all(regex: &Regex, replacement: &Replacement, text: &str, out: &mut String) {
    let mut copied = 0;
    let mut at = 0;
    while at <= text.len() {
        let found = match replacement.constant() {
            Some(constant) => regex.find_at(text, at).map(|found| {
                out.push_str(&text[copied..found.start()]);
                out.push_str(constant);
                found.range()
            }),
            None => regex.captures_at(text, at).and_then(|captures| {
                let range = captures.get(0)?.range();
                out.push_str(&text[copied..range.start]);
                replacement.write(&captures, out);
                Some(range)
            }),
        };
        let Some(range) = found else { break };
        copied = range.end;
        // After an empty match the search goes on one character further.
        let step =
            if range.is_empty() { text[range.end..].chars().next().map_or(1, char::len_utf8) } else { 0 };
        at = range.end + step;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
}

/// `regexp_extract`: a group of the first match, empty when there is none.
pub(crate) fn extract(
    regex: Regex,
    group: usize,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let mut builder = StringBuilder::with_capacity(rows, rows * 16);
        for text in columns[0].as_string::<i32>() {
            builder.append_option(text.map(|text| {
                regex
                    .captures(text)
                    .and_then(|captures| captures.get(group))
                    .map_or("", |found| found.as_str())
            }));
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// `rlike`: whether the pattern is found anywhere in the text.
pub(crate) fn is_match(
    regex: Regex,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let texts = columns[0].as_string::<i32>().iter();
        Ok(Arc::new(texts.map(|text| Some(regex.is_match(text?))).collect::<BooleanArray>()))
    }
}

/// `split(text, pattern[, limit])`: pieces between matches; with a limit above 0 at most so many.
pub(crate) fn split(
    regex: Regex,
    limit: i32,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let limit = usize::try_from(limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
        Ok(lists(&columns[0], |text, pieces| {
            let mut begin = 0;
            for found in regex.find_iter(text) {
                if pieces.len() + 1 >= limit {
                    break;
                }
                // An empty match at the very beginning or end parts nothing.
                if found.is_empty() && (found.start() == 0 || found.start() == text.len()) {
                    continue;
                }
                pieces.push(text[begin..found.start()].to_owned());
                begin = found.end();
            }
            pieces.push(text[begin..].to_owned());
        }))
    }
}
