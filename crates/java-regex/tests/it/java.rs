//! Every pattern on every text, by this crate and by `java.util.regex` itself. Without Java nothing is compared, and said so.
//!
//! `ALLUVIUM_JAVA` names a `java` that also compiles (`cargo xtask test` finds one).

use std::io::Write as _;
use std::process::{Command, Stdio};

use alluvium_java_regex::{Limits, MatchError, Pattern};

use crate::refusals::WRONG;

const TEXTS: [&str; 26] = [
    "",
    "a",
    "abc",
    "abc\n",
    "abc\r\n",
    "abc\r\nabc\r",
    "\n",
    "\n\n",
    "aaa",
    "aXbxAB",
    "12k",
    "1.2M",
    "a1 b2-c3_d4",
    "foo@example.com, bar@test.org",
    "  spaced\tout  ",
    "é É ß ſ K k",
    "😀a😀",
    "a&&b [x] {y} ^$.*+?()|\\/~-#",
    "line one\nline two\u{2028}line three",
    "2022-02-03T11:05:11.123Z",
    "abab abba",
    "$1,234,567.89",
    "\u{85}x\u{a0}y\u{3000}z\u{b}",
    "Ünïcode wörds, 日本語 ٣ Ⅷ ‿_",
    "\"quoted\" 'single'",
    "aab ab b\u{0}",
];

const PATTERNS: [&str; 149] = [
    "",
    "a",
    "abc",
    "a|b",
    "a*",
    "a*?",
    "a+?b",
    "(a)|(b)",
    "(?:a|b)+",
    "(a|b)*c",
    "^",
    "$",
    "^abc$",
    "c$",
    "c\\Z",
    "c\\z",
    "\\Aabc",
    "^$",
    "(?m)^",
    "(?m)$",
    "(?m)^\\w+$",
    "(?md)$",
    "(?d)c$",
    "(?s).+",
    ".+",
    "(?d).+",
    "[^a]+",
    "[a-c]+",
    "[^\\w\\s]",
    "\\d+",
    "\\D+",
    "\\w+",
    "\\W+",
    "\\s+",
    "\\S+",
    "\\h+",
    "\\H+",
    "\\v",
    "\\V+",
    "\\R",
    "\\b",
    "\\B",
    "\\b\\w",
    "\\bé",
    "\\b[^ ]",
    "(?i)abc",
    "(?i)x",
    "(?i)é",
    "(?iu)é",
    "(?i)k",
    "(?iu)k",
    "(?i)[a-b]+",
    "(?i)[^x]",
    "(?i)[W-b]",
    "(?i)\\p{Lower}",
    "\\p{Lu}",
    "(?i)\\p{Lu}+",
    "(?iu)ss",
    "a(?i)b|c",
    "(a(?i)b)c",
    "(?i:A)B",
    "(?-i)a",
    "(?x) a b # c\n c",
    "(?x)[a b]",
    "\\Q.*\\E",
    "\\Qa",
    "[\\Q^-]\\Ex]",
    "\\x61",
    "\\x{1F600}",
    "\\u0061",
    "\\uD83D\\uDE00",
    "\\0141",
    "\\061",
    "\\e|\\a|\\f",
    "\\cJ",
    "\\t",
    "[\\t ]",
    "\\p{Alpha}+",
    "\\P{Alpha}+",
    "\\p{Punct}",
    "\\p{L}+",
    "\\pL",
    "\\p{IsAlphabetic}",
    "\\p{IsLatin}+",
    "\\p{script=Han}+",
    "\\p{IsL}",
    "\\p{javaLowerCase}",
    "\\p{javaWhitespace}",
    "\\p{Space}",
    "\\p{ASCII}+",
    "\\p{L1}+",
    "\\p{LC}",
    "[\\p{L}&&[^a-z]]+",
    "[a-z&&[^b]]+",
    "[a-z&&b-c]",
    "[^a&&b]",
    "[a-c[x-z]]",
    "[^a-c[x-z]]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[-a]",
    "[a\\-z]",
    "[a-z-9]+",
    "[\\w-.]+",
    "[.$^]",
    "[a&&]",
    "[&&a]",
    "[a&b]",
    "[~~]",
    "[--/]",
    "[#-&]",
    "[\\[\\]]",
    "[\\d\\s]+",
    "a{2}",
    "a{1,}",
    "a{0,2}",
    "a{2}?",
    "a{1,2}?b",
    "(ab){2}",
    "a?",
    "a??",
    "{2}a",
    "a}",
    "a]",
    "(?=a)",
    "(?!a).",
    "(?<=a)b",
    "(?<!a)b",
    "(?<=\\d)(?=(?:\\d{3})+(?:\\.|$))",
    "(a)(b)\\1\\2",
    "(\\w)\\1",
    "(?i)(a)\\1",
    "(?<n>a)\\k<n>",
    "(a)\\12",
    "\\1(a)",
    "a++b",
    "a*+a",
    "a?+a",
    "a{1,2}+a",
    "(?>a|ab)c",
    "(?>a+)b",
    "(?<year>\\d{4})-(?<m>\\d\\d)",
    "\"([^\"]*)\"",
    ",\\s*",
    "[\\w.]+@[\\w.]+",
    "k$",
    "\\$",
    "(?U)\\w+",
];

/// Where the two differ and stay so: Java finds the empty text between the two halves of a character beyond U+FFFF too, and
/// its `\\b` takes no Roman numeral and no tie for a part of a word.
fn is_known(pattern: &str, text: &str) -> bool {
    let finds_nothing = ["", "a*", "a*?", "a?", "a??", "a{0,2}", "\\B"].contains(&pattern);
    let at_words = ["\\b", "\\B", "\\b\\w", "\\b[^ ]"].contains(&pattern);
    (finds_nothing && text.contains('😀')) || (at_words && text.contains('Ⅷ'))
}

fn hex(text: &str) -> String {
    text.bytes().fold("x".to_owned(), |out, byte| format!("{out}{byte:02x}"))
}

fn answer(compiled: &Pattern, whole: &Pattern, text: &str) -> Result<String, MatchError> {
    let mut out = String::new();
    let mut matches = compiled.matches(text);
    while let Some(found) = matches.next_groups()? {
        out.push_str(&text[..found.range().start].encode_utf16().count().to_string());
        for group in 0..=compiled.group_count() {
            out.push(' ');
            out.push_str(&found.group(group).map_or("-".to_owned(), hex));
        }
        out.push(';');
    }
    out.push_str(if whole.is_found(text)? { "true;" } else { "false;" });
    compiled.split::<MatchError>(text, usize::MAX, |piece| {
        out.push_str(&hex(piece));
        out.push(' ');
        Ok(())
    })?;
    Ok(out)
}

/// Java's lines for patterns and texts, or nothing without a Java.
fn java(patterns: &[&str], texts: &[&str]) -> Option<Vec<String>> {
    let Some(java) = std::env::var_os("ALLUVIUM_JAVA").filter(|java| java != "absent") else {
        eprintln!("ALLUVIUM_JAVA names no java, nothing is compared");
        return None;
    };
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/Answers.java");
    let mut child =
        Command::new(java).arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let line = |items: &[&str]| items.iter().map(|item| hex(item)).collect::<Vec<_>>().join(" ");
    let input = format!("{}\n{}\n", line(patterns), line(texts));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn every_pattern_finds_in_every_text_what_java_finds() {
    let Some(lines) = java(&PATTERNS, &TEXTS) else { return };
    assert_eq!(lines.len(), PATTERNS.len() * TEXTS.len());
    let mut wrong = Vec::new();
    for (pattern, lines) in PATTERNS.iter().zip(lines.chunks(TEXTS.len())) {
        let compiled = Pattern::compile(pattern, &Limits::default()).unwrap();
        let whole = Pattern::compile_whole(pattern, &Limits::default()).unwrap();
        for (text, expected) in TEXTS.iter().zip(lines) {
            let got = answer(&compiled, &whole, text).unwrap();
            if got != *expected && !is_known(pattern, text) {
                wrong.push(format!("{pattern:?} on {text:?}\n  java: {expected}\n  ours: {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_java_refuses_is_refused_in_its_words() {
    let patterns: Vec<&str> = WRONG.iter().map(|(pattern, _)| *pattern).collect();
    let Some(lines) = java(&patterns, &[""]) else { return };
    for ((pattern, expected), line) in WRONG.iter().zip(lines) {
        let what = line.strip_prefix("error ").unwrap_or_else(|| panic!("Java takes {pattern}: {line}"));
        let ours = expected.rsplit_once(" near index").map_or(*expected, |(what, _)| what);
        assert_eq!(ours.to_lowercase(), what.to_lowercase(), "of {pattern}");
    }
}
