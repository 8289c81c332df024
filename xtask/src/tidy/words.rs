//! Words that must not occur: marks of unfinished work, ignored tests, and paths of one machine.
//!
//! The words are put together from halves, lest this file break its own rule.

use super::{Problem, Tree};

/// In source files. A word counts when it does not continue a longer one on either side.
const IN_SOURCES: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "finish it, or write it down as an issue"),
    (concat!("FIX", "ME"), "finish it, or write it down as an issue"),
    (concat!("XX", "X"), "finish it, or write it down as an issue"),
    (concat!("todo", "!"), "finish it, or write it down as an issue"),
    (concat!("unimple", "mented!"), "finish it, or write it down as an issue"),
    (concat!("#[ig", "nore"), "no test is ignored: assert what is true today and say so"),
];

/// In every text file: folders that are on the machine of whoever wrote it and on no other.
const ANYWHERE: &[(&str, &str)] = &[
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/fa", "rm/"), "a path of one machine"),
];

const SOURCES: &[&str] = &[".rs", ".ts", ".tsx", ".py", ".sql", ".toml", ".yaml", ".yml", ".sh"];

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.files() {
        let is_source = SOURCES.iter().any(|ending| path.ends_with(ending));
        let of_sources = IN_SOURCES.iter().filter(|_| is_source);
        for (word, reason) in of_sources.chain(ANYWHERE) {
            for (number, line) in text.lines().enumerate() {
                if contains_word(line, word) {
                    problems.push(Problem::new(path, number + 1, format!("`{word}`: {reason}")));
                }
            }
        }
    }
    problems
}

fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !is_continued_before(word, before) && !is_continued_after(word, after)
    })
}

/// Whether the word is the end of a longer one; a path is, when something stands in front of its slash (`target/..`).
fn is_continued_before(word: &str, before: Option<char>) -> bool {
    let Some(before) = before else { return false };
    if word.starts_with('/') {
        return is_of_word(before) || matches!(before, '.' | '-' | '}');
    }
    word.starts_with(is_of_word) && is_of_word(before)
}

fn is_continued_after(word: &str, after: Option<char>) -> bool {
    word.ends_with(is_of_word) && after.is_some_and(is_of_word)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[test]
    fn marks_of_unfinished_work_are_found_in_sources() {
        for (word, reason) in IN_SOURCES {
            let source = format!("a\nb {word} c\n");
            assert_eq!(
                said(check, &[("a.rs", &source), ("a.md", &source)]),
                [format!("a.rs:2: `{word}`: {reason}")]
            );
        }
    }

    #[test]
    fn longer_words_are_not() {
        let source = format!("mktemp {0}{0}\nno{1}s\n", concat!("XX", "X"), concat!("TO", "DO"));
        assert_eq!(said(check, &[("a.rs", &source)]), [""; 0]);
    }

    #[test]
    fn paths_of_one_machine_are_found_everywhere() {
        for (word, reason) in ANYWHERE {
            let text = format!("see {word}notes\n");
            assert_eq!(said(check, &[("a.md", &text)]), [format!("a.md:1: `{word}`: {reason}")]);
        }
        let inside = format!("target{0}x ..{0}x https://example.com{0}x\n", concat!("/wo", "rk/"));
        assert_eq!(said(check, &[("a.md", &inside)]), [""; 0]);
    }
}
