//! Markdown tables, printed row by row as they become known.

use std::io::Write as _;

/// Prints a heading, the command's own words about it, and the head of a table.
pub(crate) fn head(title: &str, about: &str, columns: &[&str]) {
    println!("\n### {title}\n\n{about}\n");
    row(columns);
    let rules: Vec<&str> = columns.iter().map(|_| "---").collect();
    row(&rules);
}

/// Prints a row.
pub(crate) fn row<T: AsRef<str>>(cells: &[T]) {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    println!("| {} |", cells.join(" | "));
    // A pipe that is closed at the other end is no reason to stop measuring.
    let _ = std::io::stdout().flush();
}

/// A count with commas between thousands.
pub(crate) fn count(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds, with as many digits as say something.
pub(crate) fn millis(value: f64) -> String {
    match value {
        value if !value.is_finite() => "-".to_owned(),
        value if value < 10.0 => format!("{value:.2} ms"),
        value => format!("{value:.0} ms"),
    }
}

/// MiB.
pub(crate) fn mib(value: f64) -> String {
    format!("{value:.0} MiB")
}
