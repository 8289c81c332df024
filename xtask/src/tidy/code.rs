//! Rust source with everything that is not code blanked out.

/// `source` with comments, strings and characters replaced by spaces, line by line and column by column what it was.
pub(super) fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let literal = literal_length(rest, code.chars().next_back());
        if literal > 0 {
            code.extend(rest[..literal].chars().map(|blanked| if blanked == '\n' { '\n' } else { ' ' }));
            rest = &rest[literal..];
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    code
}

/// The bytes of the comment, string or character at the beginning of `text`; 0 when there is none. `before` is the
/// character before it, which tells a raw string's prefix from the end of a name.
fn literal_length(text: &str, before: Option<char>) -> usize {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'/' if bytes.get(1) == Some(&b'/') => text.find('\n').unwrap_or(text.len()),
        b'/' if bytes.get(1) == Some(&b'*') => block_comment_length(bytes),
        b'"' => quoted_length(bytes, b'"'),
        b'\'' => character_length(text),
        b'r' | b'b' | b'c' if !before.is_some_and(|before| before.is_alphanumeric() || before == '_') => {
            prefixed_string_length(bytes)
        }
        _ => 0,
    }
}

/// Block comments nest.
fn block_comment_length(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..bytes.len().min(at + 2)] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn quoted_length(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            found if found == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn character_length(text: &str) -> usize {
    let mut characters = text[1..].chars();
    match characters.next() {
        Some('\\') => quoted_length(text.as_bytes(), b'\''),
        Some(character) if characters.next() == Some('\'') => 2 + character.len_utf8(),
        _ => 0,
    }
}

/// `r"`, `r#"`, `br"`, `cr"`, `b"`, `c"`; 0 for a name that begins with such a letter and for `r#name`.
fn prefixed_string_length(bytes: &[u8]) -> usize {
    let prefix = bytes.iter().take_while(|byte| b"rbc".contains(byte)).count();
    if prefix > 2 {
        return 0;
    }
    let is_raw = bytes[..prefix].contains(&b'r');
    let hashes = bytes[prefix..].iter().take_while(|byte| **byte == b'#').count();
    let start = prefix + hashes;
    if bytes.get(start) != Some(&b'"') || (hashes > 0 && !is_raw) {
        return 0;
    }
    if !is_raw {
        return prefix + quoted_length(&bytes[prefix..], b'"');
    }
    let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = &bytes[start + 1..];
    let found = body.windows(end.len()).position(|window| window == end);
    found.map_or(bytes.len(), |found| start + 1 + found + end.len())
}

/// Every name and number of blanked code with its byte offset.
pub(super) fn tokens(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_inside = |character: char| character.is_alphanumeric() || character == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code[at..].find(is_inside)?;
        let end =
            code[start..].find(|character| !is_inside(character)).map_or(code.len(), |length| start + length);
        at = end;
        Some((start, &code[start..end]))
    })
}

/// The line, from 1, of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[track_caller]
    fn check(source: &str, code: &str) {
        let blanked = code_of(source);
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>().join(" "), code);
        assert_eq!(blanked.lines().count(), source.lines().count());
    }

    #[test]
    fn comments_are_blanked() {
        check("a // { b\nc", "a c");
        check("a /* { /* nested */ } */ b", "a b");
        check("a /* never closed", "a");
    }

    #[test]
    fn strings_and_characters_are_blanked() {
        check(r#"a("{\"{") b"#, "a( ) b");
        check(r##"a(r#"{"{"#) b"##, "a( ) b");
        check(r#"a(b"{", br"\", c"{") b"#, "a( , , ) b");
        check(r"a('{', '\'', '\u{7b}', b'{', 'é') b", "a( , , , b , ) b");
        check("\"never closed {", "");
    }

    #[test]
    fn lifetimes_and_names_stay() {
        check("fn f<'a>(b: &'a str, r: &'static R) {}", "fn f<'a>(b: &'a str, r: &'static R) {}");
        check("for\"x\"; r#type; crab\"x\"", "for ; r#type; crab");
    }
}
