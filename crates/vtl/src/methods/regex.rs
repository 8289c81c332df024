//! `java.util.regex` on the `regex` crate, where the two agree. What must stay true: a pattern is translated so that it means what
//! it means in Java (ASCII classes, line ends), and what the crate cannot do (look-around, back references) is an error that
//! says so, never a silent difference; matching takes linear time whatever the pattern.

use std::sync::{Mutex, PoisonError};

use regex::{Captures, Regex, RegexBuilder};

use super::Call;
use crate::{
    error::{Failure, quoted_piece},
    eval::Budget,
    limits::{REGEX_BYTES_MAX, REGEX_KEPT_MAX, REGEX_STEPS},
};

/// The compiled patterns of one template.
#[derive(Default)]
pub(crate) struct RegexCache {
    compiled: Mutex<Vec<(Box<str>, Regex)>>,
}

impl RegexCache {
    /// `String.matches`: the whole text matches.
    pub(super) fn matches(&self, budget: &mut Budget, text: &str, pattern: &str) -> Result<bool, Failure> {
        let whole = format!("\\A(?:{})\\z", translated(pattern)?);
        Ok(self.compile(budget, &whole, pattern)?.is_match(text))
    }

    /// `String.replaceAll` and `replaceFirst`.
    pub(super) fn replace(
        &self,
        call: &mut Call<'_>,
        text: &str,
        pattern: &str,
        replacement: &str,
        count_max: usize,
    ) -> Result<String, Failure> {
        let regex = self.compile(call.budget, &translated(pattern)?, pattern)?;
        let mut out = String::with_capacity(text.len());
        let mut copied_to = 0;
        let mut searched_to = Some(0);
        for _ in 0..count_max {
            let Some(captures) = searched_to.and_then(|from| regex.captures_at(text, from)) else { break };
            let whole = captures.get_match();
            searched_to = after_match(text, whole.start(), whole.end());
            out.push_str(&text[copied_to..whole.start()]);
            push_replacement(&mut out, replacement, &regex, &captures)?;
            copied_to = whole.end();
            call.allow_text(out.len())?;
        }
        out.push_str(&text[copied_to..]);
        Ok(out)
    }

    /// `String.split`: with a limit of 0 trailing empty parts go.
    pub(super) fn split<'t>(
        &self,
        budget: &mut Budget,
        text: &'t str,
        pattern: &str,
        limit: i32,
    ) -> Result<Vec<&'t str>, Failure> {
        let regex = self.compile(budget, &translated(pattern)?, pattern)?;
        let count_max = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        let mut start = 0;
        let mut searched_to = Some(0);
        while parts.len() + 1 < count_max {
            let Some(found) = searched_to.and_then(|from| regex.find_at(text, from)) else { break };
            searched_to = after_match(text, found.start(), found.end());
            // A match without width at the very beginning splits nothing off.
            if found.end() == 0 || (found.is_empty() && found.start() == text.len()) {
                continue;
            }
            budget.entries(1)?;
            parts.push(&text[start..found.start()]);
            start = found.end();
        }
        if parts.is_empty() {
            return Ok(vec![text]);
        }
        parts.push(&text[start..]);
        if limit == 0 {
            while parts.last().is_some_and(|part| part.is_empty()) {
                parts.pop();
            }
        }
        Ok(parts)
    }

    /// A compiled pattern, from those that the template keeps or added to them.
    fn compile(&self, budget: &mut Budget, translated: &str, pattern: &str) -> Result<Regex, Failure> {
        if let Some(regex) = self.known(translated) {
            return Ok(regex);
        }
        budget.steps(REGEX_STEPS)?;
        let regex = RegexBuilder::new(translated).size_limit(REGEX_BYTES_MAX).build().map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Failure::Method(format!("the pattern `{}` cannot be used here: {reason}", quoted_piece(pattern)))
        })?;
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if compiled.len() >= REGEX_KEPT_MAX {
            compiled.remove(0);
        }
        compiled.push((translated.into(), regex.clone()));
        Ok(regex)
    }

    fn known(&self, translated: &str) -> Option<Regex> {
        let compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.iter().find(|(known, _)| &**known == translated).map(|(_, regex)| regex.clone())
    }
}

/// Where Java looks for the next match: at the end of the last, one character further if that was empty.
fn after_match(text: &str, start: usize, end: usize) -> Option<usize> {
    if start < end {
        return Some(end);
    }
    text[end..].chars().next().map(|character| end + character.len_utf8())
}

/// Appends a replacement in Java's notation: `$1`, `${name}`, and a backslash before what is meant as it stands.
fn push_replacement(
    out: &mut String,
    replacement: &str,
    regex: &Regex,
    captures: &Captures<'_>,
) -> Result<(), Failure> {
    let illegal =
        |what: &str| Failure::Method(format!("the replacement `{}` {what}", quoted_piece(replacement)));
    let mut rest = replacement;
    while let Some(index) = rest.find(['$', '\\']) {
        out.push_str(&rest[..index]);
        let after = &rest[index + 1..];
        if rest.as_bytes()[index] == b'\\' {
            let next = after.chars().next().ok_or_else(|| illegal("ends with a backslash"))?;
            out.push(next);
            rest = &after[next.len_utf8()..];
            continue;
        }
        let (group, tail) = if let Some(named) = after.strip_prefix('{') {
            let (name, tail) =
                named.split_once('}').ok_or_else(|| illegal("has a group that does not end"))?;
            if !regex.capture_names().flatten().any(|known| known == name) {
                return Err(illegal("names no group"));
            }
            (captures.name(name).map(|found| found.as_str()), tail)
        } else {
            let (number, tail) =
                group_number(after, captures.len()).ok_or_else(|| illegal("names no group"))?;
            (captures.get(number).map(|found| found.as_str()), tail)
        };
        out.push_str(group.unwrap_or_default());
        rest = tail;
    }
    out.push_str(rest);
    Ok(())
}

/// The group that digits name: further digits belong to it as long as there is such a group.
fn group_number(text: &str, groups: usize) -> Option<(usize, &str)> {
    let mut number = text.chars().next()?.to_digit(10)? as usize;
    if number >= groups {
        return None;
    }
    let mut used = 1;
    while let Some(digit) = text[used..].chars().next().and_then(|character| character.to_digit(10)) {
        let longer = number * 10 + digit as usize;
        if longer >= groups {
            break;
        }
        number = longer;
        used += 1;
    }
    Some((number, &text[used..]))
}

/// Rewrites a pattern of Java so that the `regex` crate takes it to mean the same.
fn translated(pattern: &str) -> Result<String, Failure> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut class_depth = 0_u32;
    let mut is_after_quantifier = false;
    let keeps_case_beyond_ascii = has_flag(pattern, b'i') && !has_flag(pattern, b'u');
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        let is_in_class = class_depth > 0;
        if is_after_quantifier && character == '+' {
            let quoted = quoted_piece(pattern);
            return Err(Failure::Method(format!(
                "the pattern `{quoted}` cannot be used here: possessive quantifiers are not supported"
            )));
        }
        is_after_quantifier = !is_in_class && matches!(character, '*' | '+' | '?' | '}');
        match character {
            '\\' => push_escape(&mut out, &mut rest, is_in_class),
            '[' => {
                class_depth += 1;
                out.push('[');
            }
            ']' => {
                class_depth = class_depth.saturating_sub(1);
                out.push(']');
            }
            '.' if !is_in_class => out.push_str("[^\\n\\r\\u{85}\\u{2028}\\u{2029}]"),
            // These mean something twice in a row that Java does not know.
            '~' if is_in_class => out.push_str("\\~"),
            '-' if is_in_class && rest.as_str().starts_with('-') => out.push_str("\\-"),
            other if keeps_case_beyond_ascii && !is_in_class && !other.is_ascii() => {
                out.push_str("(?-i:");
                out.push(other);
                out.push(')');
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

/// Whether a pattern sets a flag such as `i` in `(?i)`. Java's `i` means ASCII letters only as long as there is no `u`.
fn has_flag(pattern: &str, flag: u8) -> bool {
    pattern.match_indices("(?").any(|(at, opening)| {
        let flags = pattern[at + opening.len()..].bytes().take_while(u8::is_ascii_alphabetic);
        flags.into_iter().any(|set| set == flag)
    })
}

fn push_escape(out: &mut String, rest: &mut std::str::Chars<'_>, in_class: bool) {
    let Some(character) = rest.next() else {
        out.push('\\');
        return;
    };
    let class = |inner: &str| if in_class { inner.to_owned() } else { format!("[{inner}]") };
    match character {
        'd' => out.push_str(&class("0-9")),
        'w' => out.push_str(&class("a-zA-Z0-9_")),
        's' => out.push_str(&class(" \\t\\n\\x0B\\f\\r")),
        'D' => out.push_str("[^0-9]"),
        'W' => out.push_str("[^a-zA-Z0-9_]"),
        'S' => out.push_str("[^ \\t\\n\\x0B\\f\\r]"),
        'h' => out
            .push_str(&class(" \\t\\u{A0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}")),
        'R' => out.push_str("(?:\\r\\n|[\\n\\x0B\\f\\r\\u{85}\\u{2028}\\u{2029}])"),
        'v' => out.push_str(&class("\\n\\x0B\\f\\r\\u{85}\\u{2028}\\u{2029}")),
        'e' => out.push_str("\\x1B"),
        'Z' => out.push_str("\\z"),
        'Q' => {
            let (quoted, after) = rest.as_str().split_once("\\E").unwrap_or((rest.as_str(), ""));
            out.push_str(&regex::escape(quoted));
            *rest = after.chars();
        }
        '0' => push_octal(out, rest),
        'p' | 'P' => push_property(out, rest, character == 'P', in_class),
        other if other.is_ascii_punctuation() => {
            out.push_str(&regex::escape(&other.to_string()));
        }
        other if other.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(other);
        }
        other => out.push(other),
    }
}

/// `\0n`, `\0nn` and `\0nnn` are characters by their octal number.
fn push_octal(out: &mut String, rest: &mut std::str::Chars<'_>) {
    let digits = rest.as_str().bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (number, after) = rest.as_str().split_at(digits);
    let character = u32::from_str_radix(number, 8).ok().and_then(char::from_u32).unwrap_or('\0');
    out.push_str(&regex::escape(&character.to_string()));
    *rest = after.chars();
}

/// `\p{Alpha}` and its kin are ASCII in Java; Unicode's own names are the same in both.
fn push_property(out: &mut String, rest: &mut std::str::Chars<'_>, is_negated: bool, in_class: bool) {
    let braced = rest.as_str().strip_prefix('{').and_then(|inner| inner.split_once('}'));
    let posix = braced.and_then(|(name, after)| {
        let class = match name {
            "Lower" => "lower",
            "Upper" => "upper",
            "ASCII" => "ascii",
            "Alpha" => "alpha",
            "Digit" => "digit",
            "Alnum" => "alnum",
            "Punct" => "punct",
            "Graph" => "graph",
            "Print" => "print",
            "Blank" => "blank",
            "Cntrl" => "cntrl",
            "XDigit" => "xdigit",
            "Space" => "space",
            _ => return None,
        };
        Some((class, after))
    });
    match posix {
        Some((class, after)) => {
            let negation = if is_negated { "^" } else { "" };
            let class =
                if in_class { format!("[:{negation}{class}:]") } else { format!("[[:{negation}{class}:]]") };
            out.push_str(&class);
            *rest = after.chars();
        }
        None => out.push_str(if is_negated { "\\P" } else { "\\p" }),
    }
}
