//! What matches at a place of a template in each lexical state. What must stay true: the longest match wins, of equals the
//! kind that [`Kind`] lists first; every rule is a function of the text and the place alone, and takes time in proportion to
//! what it matches (runs of backslashes, which three rules look through, are measured once by the caller).

use super::kind::{Kind, State};

/// The best match so far.
struct Best {
    kind: Kind,
    len: usize,
}

impl Best {
    fn offer(&mut self, kind: Kind, len: Option<usize>) {
        let Some(len) = len else { return };
        if len > self.len || (len == self.len && len > 0 && kind < self.kind) {
            *self = Self { kind, len };
        }
    }
}

/// What matches at the start of `rest` in `state`, and how many bytes. `backslashes` is how many of them `rest` starts with.
pub(super) fn longest_match(state: State, rest: &str, backslashes: usize) -> Option<(Kind, usize)> {
    let mut best = Best { kind: Kind::EmptyIndex, len: 0 };
    let bytes = rest.as_bytes();
    offer_everywhere(&mut best, bytes, backslashes);
    match state {
        State::Default => offer_default(&mut best, bytes, backslashes),
        State::Reference | State::ReferenceModifier => offer_reference(&mut best, state, rest),
        State::MethodArguments => offer_arguments(&mut best, bytes),
        State::Index => {
            best.offer(Kind::IndexRight, literal(bytes, "]"));
            offer_values(&mut best, bytes);
        }
        State::PreDirective => offer_pre_directive(&mut best, rest),
        State::Directive => offer_directive(&mut best, bytes),
        State::LineComment => {
            best.offer(Kind::LineCommentEnd, newline(bytes));
            best.offer(Kind::CommentCharacter, any(rest));
        }
        State::FormalComment => {
            best.offer(Kind::FormalCommentEnd, literal(bytes, "*#"));
            best.offer(Kind::CommentCharacter, any(rest));
        }
        State::BlockComment => {
            best.offer(Kind::BlockCommentEnd, literal(bytes, "*#"));
            best.offer(Kind::CommentCharacter, any(rest));
        }
        State::TextBlock => {
            best.offer(Kind::TextBlockEnd, literal(bytes, "]]#"));
            best.offer(Kind::TextBlockCharacter, any(rest));
        }
    }
    (best.len > 0).then_some((best.kind, best.len))
}

/// The starts of references, comments and directives, which every state looks for, comments too.
fn offer_everywhere(best: &mut Best, bytes: &[u8], backslashes: usize) {
    match bytes.get(backslashes) {
        Some(b'$') => {
            best.offer(Kind::Dollar, Some(backslashes + 1));
            let after = backslashes + 1;
            let bang = after + run(&bytes[after..], |byte| byte == b'\\');
            if bytes.get(bang) == Some(&b'!') {
                best.offer(Kind::DollarBang, Some(bang + 1));
            }
        }
        Some(b'#') if backslashes == 0 => {
            best.offer(Kind::Hash, Some(1));
            best.offer(Kind::TextBlockStart, literal(bytes, "#[["));
            best.offer(Kind::BlockCommentStart, literal(bytes, "#*"));
            if bytes.starts_with(b"#**") && bytes.get(3).is_some_and(|byte| *byte != b'#') {
                // The fourth character is looked at and given back.
                let last = bytes[3..].iter().skip(1).take_while(|byte| (**byte & 0xC0) == 0x80).count();
                best.offer(Kind::FormalCommentStart, Some(4 + last));
            }
        }
        _ => {}
    }
}

fn offer_default(best: &mut Best, bytes: &[u8], backslashes: usize) {
    best.offer(Kind::Set, set(bytes));
    best.offer(Kind::LineCommentStart, literal(bytes, "##"));
    best.offer(Kind::EmptyIndex, empty_index(bytes));
    match bytes.first() {
        Some(b'\\') => {
            if backslashes % 2 == 1 && bytes.get(backslashes) == Some(&b'#') {
                let after = &bytes[backslashes + 1..];
                let name = directive_word(after).or_else(|| bracketed_word(after));
                best.offer(Kind::EscapedDirective, name.map(|len| backslashes + 1 + len));
            }
            best.offer(Kind::DoubleEscape, (backslashes >= 2).then_some(2));
            best.offer(Kind::Escape, Some(1));
        }
        _ => best.offer(Kind::Text, some_run(bytes, |byte| !matches!(byte, b'$' | b'#' | b'\\'))),
    }
}

fn offer_reference(best: &mut Best, state: State, rest: &str) {
    let bytes = rest.as_bytes();
    best.offer(Kind::IndexLeft, literal(bytes, "["));
    best.offer(Kind::Set, set(bytes));
    offer_names(best, bytes);
    best.offer(Kind::ReferenceCurlyLeft, literal(bytes, "{"));
    best.offer(Kind::ReferenceCurlyRight, literal(bytes, "}"));
    best.offer(Kind::ReferenceTerminator, any(rest));
    if state == State::Reference {
        best.offer(Kind::LineCommentStart, literal(bytes, "##"));
        best.offer(Kind::EmptyIndex, empty_index(bytes));
    } else {
        best.offer(Kind::ParenthesisLeft, literal(bytes, "("));
    }
}

fn offer_arguments(best: &mut Best, bytes: &[u8]) {
    offer_brackets(best, bytes);
    best.offer(Kind::MethodParenthesisRight, literal(bytes, ")"));
    best.offer(Kind::Set, set(bytes));
    offer_values(best, bytes);
    offer_names(best, bytes);
}

fn offer_pre_directive(best: &mut Best, rest: &str) {
    let bytes = rest.as_bytes();
    best.offer(Kind::LineCommentStart, literal(bytes, "##"));
    for (kind, name) in [(Kind::End, "end"), (Kind::Else, "else")] {
        best.offer(kind, keyword(bytes, name).map(|len| len + rest_of_line(&bytes[len..])));
    }
    for (kind, name) in [(Kind::If, "if"), (Kind::ElseIf, "elseif")] {
        best.offer(kind, keyword(bytes, name));
    }
    offer_numbers(best, bytes);
    best.offer(Kind::Word, directive_word(bytes));
    best.offer(Kind::BracketedWord, bracketed_word(bytes));
    best.offer(Kind::DirectiveTerminator, any(rest));
}

fn offer_directive(best: &mut Best, bytes: &[u8]) {
    offer_brackets(best, bytes);
    best.offer(Kind::ParenthesisLeft, literal(bytes, "("));
    best.offer(Kind::ParenthesisRight, literal(bytes, ")").map(|len| len + rest_of_line(&bytes[len..])));
    best.offer(Kind::LineCommentStart, literal(bytes, "##"));
    offer_values(best, bytes);
    for (kind, symbol, word) in OPERATORS {
        best.offer(kind, literal(bytes, symbol).or_else(|| word.and_then(|word| literal(bytes, word))));
    }
    best.offer(Kind::Word, directive_word(bytes));
    best.offer(Kind::BracketedWord, bracketed_word(bytes));
}

const OPERATORS: [(Kind, &str, Option<&str>); 15] = [
    (Kind::Minus, "-", None),
    (Kind::Plus, "+", None),
    (Kind::Multiply, "*", None),
    (Kind::Divide, "/", None),
    (Kind::Modulo, "%", None),
    (Kind::And, "&&", Some("and")),
    (Kind::Or, "||", Some("or")),
    (Kind::Less, "<", Some("lt")),
    (Kind::LessOrEqual, "<=", Some("le")),
    (Kind::Greater, ">", Some("gt")),
    (Kind::GreaterOrEqual, ">=", Some("ge")),
    (Kind::Equal, "==", Some("eq")),
    (Kind::NotEqual, "!=", Some("ne")),
    (Kind::Not, "!", Some("not")),
    (Kind::Assign, "=", None),
];

fn offer_brackets(best: &mut Best, bytes: &[u8]) {
    for (kind, symbol) in [
        (Kind::BracketLeft, "["),
        (Kind::BracketRight, "]"),
        (Kind::Comma, ","),
        (Kind::DoubleDot, ".."),
        (Kind::Colon, ":"),
        (Kind::CurlyLeft, "{"),
        (Kind::CurlyRight, "}"),
    ] {
        best.offer(kind, literal(bytes, symbol));
    }
}

fn offer_values(best: &mut Best, bytes: &[u8]) {
    best.offer(Kind::Blank, some_run(bytes, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')));
    best.offer(Kind::String, string(bytes));
    offer_truths(best, bytes);
    offer_numbers(best, bytes);
}

fn offer_names(best: &mut Best, bytes: &[u8]) {
    offer_truths(best, bytes);
    best.offer(Kind::Identifier, identifier(bytes));
    if bytes.first() == Some(&b'.') && bytes.get(1).is_some_and(u8::is_ascii_alphabetic) {
        best.offer(Kind::Dot, Some(2));
    }
}

fn offer_truths(best: &mut Best, bytes: &[u8]) {
    best.offer(Kind::True, literal(bytes, "true"));
    best.offer(Kind::False, literal(bytes, "false"));
}

fn offer_numbers(best: &mut Best, bytes: &[u8]) {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = run(&bytes[sign..], |byte| byte.is_ascii_digit());
    let end = sign + whole;
    if whole > 0 {
        let is_range = bytes[end..].starts_with(b"..");
        best.offer(Kind::Integer, Some(end + if is_range { 2 } else { 0 }));
        best.offer(Kind::Float, exponent(&bytes[end..]).map(|len| end + len));
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = run(&bytes[end + 1..], |byte| byte.is_ascii_digit());
        if whole > 0 || fraction > 0 {
            let digits_end = end + 1 + fraction;
            best.offer(Kind::Float, Some(digits_end + exponent(&bytes[digits_end..]).unwrap_or(0)));
        }
    }
}

fn exponent(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return None;
    }
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = run(&bytes[1 + sign..], |byte| byte.is_ascii_digit());
    (digits > 0).then_some(1 + sign + digits)
}

/// Blanks, `#set` or `#{set}`, spaces, `(`.
fn set(bytes: &[u8]) -> Option<usize> {
    let blanks = run(bytes, |byte| matches!(byte, b' ' | b'\t'));
    let after = &bytes[blanks..];
    let word = literal(after, "#set").or_else(|| literal(after, "#{set}"))?;
    let spaces = run(&after[word..], |byte| byte == b' ');
    let open = literal(&after[word + spaces..], "(")?;
    Some(blanks + word + spaces + open)
}

fn empty_index(bytes: &[u8]) -> Option<usize> {
    ["$[", "$![", "$\\![", "$."].iter().find_map(|symbol| literal(bytes, symbol))
}

/// A string up to its closing quote; a doubled quote is part of it as long as the string still ends.
fn string(bytes: &[u8]) -> Option<usize> {
    let quote = *bytes.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut end = None;
    let mut place = 1;
    while let Some(offset) = bytes[place..].iter().position(|byte| *byte == quote) {
        end = Some(place + offset + 1);
        place += offset + 2;
        if bytes.get(place - 1) != Some(&quote) {
            break;
        }
    }
    end
}

fn identifier(bytes: &[u8]) -> Option<usize> {
    let is_start = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    is_start.then(|| run(bytes, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
}

fn directive_word(bytes: &[u8]) -> Option<usize> {
    let is_start =
        bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@'));
    is_start.then(|| run(bytes, is_directive_character))
}

fn bracketed_word(bytes: &[u8]) -> Option<usize> {
    let inner = bytes.strip_prefix(b"{")?;
    inner.first().filter(|byte| byte.is_ascii_alphabetic() || **byte == b'_')?;
    let word = run(inner, is_directive_character);
    (inner.get(word) == Some(&b'}')).then_some(word + 2)
}

fn is_directive_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@')
}

/// `name` or `{name}`.
fn keyword(bytes: &[u8], name: &str) -> Option<usize> {
    literal(bytes, name).or_else(|| {
        let inner = bytes.strip_prefix(b"{")?.strip_prefix(name.as_bytes())?;
        inner.starts_with(b"}").then_some(name.len() + 2)
    })
}

/// Blanks and a newline, or nothing when no newline follows.
fn rest_of_line(bytes: &[u8]) -> usize {
    let blanks = run(bytes, |byte| matches!(byte, b' ' | b'\t'));
    newline(&bytes[blanks..]).map_or(0, |len| blanks + len)
}

fn newline(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

fn literal(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.starts_with(text.as_bytes()).then_some(text.len())
}

fn any(rest: &str) -> Option<usize> {
    rest.chars().next().map(char::len_utf8)
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
}

fn some_run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> Option<usize> {
    Some(run(bytes, belongs)).filter(|len| *len > 0)
}
