//! The wildcards of policies: `*` is any text, also none, and `?` is any one character.

/// Whether a whole text matches a pattern. Takes time in proportion to the product of the lengths at worst.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to go on after the last star when what came after it did not fit.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, read));
            }
            Some(b'?') => {
                at += 1;
                read += char_bytes(text[read]);
            }
            Some(byte) if *byte == text[read] => {
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
    pattern[at..].iter().all(|byte| *byte == b'*')
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
}
