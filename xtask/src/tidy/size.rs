//! No file is so long that nobody holds it in mind.

use super::{Problem, Tree};

/// The stop; most files are under 150 lines.
const FILE_LINES_MAX: usize = 600;

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let too_long = tree.files_ending(&[".rs", ".ts", ".tsx", ".py"]).filter_map(|(path, text)| {
        let lines = text.lines().count();
        let message = || format!("{lines} lines, {FILE_LINES_MAX} is the stop; split it by role");
        (lines > FILE_LINES_MAX).then(|| Problem::new(path, FILE_LINES_MAX + 1, message()))
    });
    too_long.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::said;

    #[test]
    fn a_file_past_the_stop_is_found() {
        let (long, longest_allowed) = ("\n".repeat(601), "\n".repeat(600));
        assert_eq!(
            said(check, &[("a.rs", &long), ("b.rs", &longest_allowed), ("Cargo.lock", &long)]),
            ["a.rs:601: 601 lines, 600 is the stop; split it by role"]
        );
    }
}
