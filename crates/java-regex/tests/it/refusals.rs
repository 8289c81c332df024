//! What is refused, with which words, and searches that would not end.

use alluvium_java_regex::{Limits, MatchError, Pattern, Replacement};

/// Patterns that Java refuses too, with its words.
pub(crate) const WRONG: [(&str, &str); 22] = [
    ("(", "unclosed group near index 1"),
    ("a)", "unmatched closing ')' near index 1"),
    ("[a", "unclosed character class near index 1"),
    ("*a", "dangling meta character '*' near index 0"),
    ("a**", "dangling meta character '*' near index 2"),
    ("a|+", "dangling meta character '+' near index 2"),
    ("{a}", "illegal repetition near index 1"),
    ("a{,3}", "illegal repetition near index 2"),
    ("a{2,1}", "illegal repetition range near index 5"),
    ("a{2", "unclosed counted closure near index 3"),
    ("\\y", "illegal/unsupported escape sequence near index 1"),
    ("\\", "unexpected internal error near index 1"),
    ("[b-a]", "illegal character range near index 4"),
    ("\\p{Nope}", "unknown character property name {Nope} near index 8"),
    ("\\p{IsNope}", "unknown character property name {IsNope} near index 10"),
    ("\\p{L", "unclosed character family near index 3"),
    ("(?y)a", "unknown inline modifier near index 2"),
    ("(?<n>a)(?<n>b)", "named capturing group <n> is already defined near index 12"),
    ("\\k<n>", "named capturing group <n> does not exist near index 5"),
    ("(?<n", "named capturing group is missing trailing '>' near index 4"),
    ("\\x4", "illegal hexadecimal escape sequence near index 2"),
    ("\\u00", "illegal Unicode escape sequence near index 2"),
];

fn refusal(pattern: &str) -> String {
    Pattern::compile(pattern, &Limits::default()).map(|_| ()).expect_err(pattern).to_string()
}

#[test]
fn a_wrong_pattern_is_refused_with_its_place() {
    for (pattern, expected) in WRONG {
        assert_eq!(refusal(pattern), expected, "of {pattern}");
    }
}

#[test]
fn what_is_not_supported_is_said() {
    for (pattern, expected) in [
        ("\\Ga", "\\G is not supported"),
        ("\\X", "\\X is not supported"),
        ("\\b{g}", "\\b{g} is not supported"),
        ("\\p{InGreek}", "the block \\p{InGreek} is not supported"),
        ("(?<=a+)b", "a look-behind has to be of one length here"),
        ("\\uD83D", "half a character is not supported"),
    ] {
        assert_eq!(refusal(pattern), expected, "of {pattern}");
    }
}

#[test]
fn size_and_depth_have_limits() {
    assert_eq!(refusal(&"a".repeat(100_000)), "it is too large");
    assert_eq!(refusal("(?:a{1000}){1000}"), "it is too large");
    assert_eq!(refusal("(?=(?:a{1000}){1000})b"), "it is too large");
    assert_eq!(refusal(&"(".repeat(1_000)), "its groups are nested deeper than 50");
    assert_eq!(refusal(&"[".repeat(1_000)), "its classes are nested deeper than 50");
}

#[test]
fn a_search_that_would_not_end_is_given_up() {
    let pattern = Pattern::compile("(?=(a+)+$)\\1b", &Limits::default()).unwrap();
    let text = format!("{}c", "a".repeat(40));
    assert_eq!(pattern.is_found(&text), Ok(false));
    let pattern = Pattern::compile("(a|aa)+\\1c", &Limits::default()).unwrap();
    let error = pattern.is_found(&"a".repeat(60)).expect_err("it takes too long");
    assert_eq!(error, MatchError::TooManySteps { backtracks_max: 2_000_000 });
    assert_eq!(error.to_string(), "the pattern takes more than 2000000 steps on this text");
    // The same without a back reference takes linear time.
    let pattern = Pattern::compile("(a|aa)+c", &Limits::default()).unwrap();
    assert!(!pattern.tracks_back());
    assert_eq!(pattern.is_found(&"a".repeat(60)), Ok(false));
}

#[test]
fn replacements_are_written_and_refused_as_in_java() {
    let pattern = Pattern::compile("(?<l>[a-z])(\\d)", &Limits::default()).unwrap();
    for (replacement, expected) in [
        ("$2$1", "1a 2b"),
        ("${l}", "a b"),
        ("$0$0", "a1a1 b2b2"),
        ("$12", "a2 b2"),
        ("\\$1\\\\", "$1\\ $1\\"),
        ("", " "),
        ("$3", "names the group 3, which the pattern does not have"),
        ("${x}", "names the group x, which the pattern does not have"),
        ("$x", "has a $ without a group; write \\$"),
        ("$", "has a $ without a group; write \\$"),
        ("${l", "has a group that does not end"),
        ("\\", "ends with a backslash"),
    ] {
        let got = match Replacement::parse(replacement, &pattern) {
            Ok(parsed) => {
                let mut out = String::new();
                pattern.replace_all("a1 b2", &parsed, &mut out).unwrap();
                out
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "of {replacement}");
    }
}
