//! The wildcards of policies: `*` is any text, also none, and `?` is any one character.

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// Any text, also none.
    Star,
    /// Any one character.
    One,
    /// This byte of UTF-8.
    Byte(u8),
}

/// Whether a whole text matches a pattern. Takes time in proportion to the product of the lengths at worst.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let pattern = pattern.as_bytes();
    matches(pattern.len(), |at| token(pattern[at]), text.as_bytes(), |one, other| one == other)
}

/// The same where ASCII letters have no case.
pub(crate) fn matches_pattern_ignoring_case(pattern: &str, text: &str) -> bool {
    let pattern = pattern.as_bytes();
    matches(
        pattern.len(),
        |at| token(pattern[at]),
        text.as_bytes(),
        |one, other| one.eq_ignore_ascii_case(&other),
    )
}

/// Whether a whole text matches steps.
pub(crate) fn matches_tokens(tokens: &[Token], text: &[u8]) -> bool {
    matches(tokens.len(), |at| tokens[at], text, |one, other| one == other)
}

/// The step that a byte of a pattern is.
pub(crate) fn token(byte: u8) -> Token {
    match byte {
        b'*' => Token::Star,
        b'?' => Token::One,
        other => Token::Byte(other),
    }
}

fn matches(
    length: usize,
    token_at: impl Fn(usize) -> Token,
    text: &[u8],
    same: impl Fn(u8, u8) -> bool,
) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where to go on after the last star when what came after it did not fit.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        match (at < length).then(|| token_at(at)) {
            Some(Token::Star) => {
                at += 1;
                retry = Some((at, read));
            }
            Some(Token::One) => {
                at += 1;
                read += char_bytes(text[read]);
            }
            Some(Token::Byte(byte)) if same(byte, text[read]) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after_star, from)) = retry else { return false };
                at = after_star;
                read = from + char_bytes(text[from]);
                retry = Some((after_star, read));
            }
        }
    }
    (at..length).all(|at| token_at(at) == Token::Star)
}

/// How long the character is that begins with this byte, in UTF-8.
fn char_bytes(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_policies_have_it() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "kinesis:PutRecord", true),
            ("kinesis:Put*", "kinesis:PutRecords", true),
            ("kinesis:Put*", "kinesis:GetRecords", false),
            ("kinesis:*Record?", "kinesis:PutRecords", true),
            ("kinesis:*Record?", "kinesis:PutRecord", false),
            ("arn:*:stream/orders-*-eu", "arn:aws:kinesis:eu-west-1:1:stream/orders-a-eu-b-eu", true),
            ("arn:*:stream/orders-*-eu", "arn:aws:kinesis:eu-west-1:1:stream/orders-a-us", false),
            ("?", "\u{fc}", true),
            ("??", "\u{fc}", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-cd", false),
            ("", "", true),
            ("", "a", false),
            ("a**", "a", true),
            ("*??bz", "\u{20ac}bz", false),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn actions_match_without_case() {
        assert!(matches_pattern_ignoring_case("KINESIS:put*", "kinesis:PutRecord"));
        assert!(!matches_pattern_ignoring_case("kinesis:get*", "kinesis:PutRecord"));
    }
}
