//! A function fits a screen.
//!
//! Lines are those of the body, as clippy's `too_many_lines` counts them with the same limit (clippy.toml); unlike clippy's,
//! this one cannot be switched off for a function.

use super::code::{code_of, line_of, tokens};
use super::{Problem, Tree};

/// Between the braces of its body, blank lines and comments not counted.
const FUNCTION_LINES_MAX: usize = 70;

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, source) in tree.files_ending(&[".rs"]) {
        let code = code_of(source);
        let names = tokens(&code).zip(tokens(&code).skip(1)).filter(|((_, keyword), _)| *keyword == "fn");
        for ((start, _), (name_start, name)) in names {
            // `fn(u8)` is a type, a function's name stands right behind.
            if !code[start + 2..name_start].trim().is_empty() {
                continue;
            }
            let Some((opening, closing)) = body(&code, name_start) else { continue };
            let lines = lines_with_code(source, &code, opening, closing);
            if lines > FUNCTION_LINES_MAX {
                let message = format!("function {name} has {lines} lines, {FUNCTION_LINES_MAX} is the most");
                problems.push(Problem::new(path, line_of(&code, start), message));
            }
        }
    }
    problems
}

/// The braces of the body that belongs to a signature; none for a declaration without one.
fn body(code: &str, signature: usize) -> Option<(usize, usize)> {
    let mut brackets = 0_i32;
    let mut braces = 0_i32;
    let mut opening = 0;
    for (offset, byte) in code.bytes().enumerate().skip(signature) {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            b';' if brackets == 0 && braces == 0 => return None,
            // Braces inside of brackets are a constant's, such as an array's length.
            b'{' if brackets == 0 || braces > 0 => {
                if braces == 0 {
                    opening = offset;
                }
                braces += 1;
            }
            b'}' if braces > 0 => {
                braces -= 1;
                if braces == 0 {
                    return Some((opening, offset));
                }
            }
            _ => {}
        }
    }
    None
}

/// Lines between two braces. A line inside of a literal is blank in `code` and still counts; a comment's does not.
fn lines_with_code(source: &str, code: &str, opening: usize, closing: usize) -> usize {
    let (first, last) = (line_of(code, opening), line_of(code, closing));
    let between = source.lines().zip(code.lines()).skip(first).take((last - first).saturating_sub(1));
    between.filter(|(written, code)| !code.trim().is_empty() || !is_comment_or_blank(written)).count()
}

fn is_comment_or_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with("//") || line.starts_with("/*") || line.starts_with('*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    fn function(body_lines: usize) -> String {
        format!("fn f(\n    a: [u8; 2],\n) -> [u8; 2] {{\n{}}}\n", "    g(\"}\");\n".repeat(body_lines))
    }

    #[test]
    fn a_function_longer_than_a_screen_is_found() {
        let too_long = format!("// before\n{}", function(71));
        assert_eq!(
            said(check, &[("a.rs", &too_long), ("b.rs", &function(70))]),
            ["a.rs:2: function f has 71 lines, 70 is the most"]
        );
    }

    #[test]
    fn a_method_inside_of_an_impl_and_a_function_inside_of_another_are_found() {
        let inner = function(71);
        let source = format!("impl A {{\n{inner}}}\ntrait T {{ fn declared(&self); }}\n");
        assert_eq!(said(check, &[("a.rs", &source)]), ["a.rs:2: function f has 71 lines, 70 is the most"]);
        let outer = format!("fn outer() {{\n{}}}\n", function(67));
        assert_eq!(said(check, &[("a.rs", &outer)]), ["a.rs:1: function outer has 71 lines, 70 is the most"]);
    }

    #[test]
    fn comments_blank_lines_and_function_types_do_not_count() {
        let source = format!("fn f(g: fn(u8) -> u8) {{\n{}}}\n", "    // why\n\n    g(1);\n".repeat(60));
        assert_eq!(said(check, &[("a.rs", &source)]), [""; 0]);
    }
}
