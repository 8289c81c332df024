//! Quotes the names of known tables where they stand bare, so that `SELECT * FROM 0abc_pin_table` works: SQL lets no
//! name begin with a digit, and users' ids do.
//!
//! What must stay true: text inside quotes and comments is left alone, and so is every word that is no known table.

/// `text` with every bare word that is one of `names` in double quotes.
pub(super) fn quote_table_names(text: &str, names: &[&str]) -> String {
    let mut quoted = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' | '`' => quoted_length(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment_length(rest),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        if names.contains(&piece) {
            quoted.push('"');
            quoted.push_str(piece);
            quoted.push('"');
        } else {
            quoted.push_str(piece);
        }
        rest = after;
    }
    quoted
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Bytes of a quoted piece with its quotes; to the end if it is never closed. A doubled quote ends one piece and begins
/// the next, which comes to the same.
fn quoted_length(text: &str, quote: char) -> usize {
    let close = text.chars().skip(1).position(|character| character == quote);
    let characters = close.map_or(usize::MAX, |inside| inside + 2);
    text.chars().take(characters).map(char::len_utf8).sum()
}

fn comment_length(text: &str) -> usize {
    text.find("*/").map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_names_of_known_tables_are_quoted() {
        let names = ["0e8_pin_table", "12e8_geo_table"];
        for (text, expected) in [
            ("SELECT * FROM 0e8_pin_table", "SELECT * FROM \"0e8_pin_table\""),
            ("FROM 0e8_pin_table JOIN 12e8_geo_table;", "FROM \"0e8_pin_table\" JOIN \"12e8_geo_table\";"),
            ("SELECT 0e8_pin_table.ind", "SELECT \"0e8_pin_table\".ind"),
            ("FROM `0e8_pin_table`", "FROM `0e8_pin_table`"),
            ("'0e8_pin_table' = 'it''s 0e8_pin_table'", "'0e8_pin_table' = 'it''s 0e8_pin_table'"),
            ("-- 0e8_pin_table\n0e8_pin_table", "-- 0e8_pin_table\n\"0e8_pin_table\""),
            ("/* 0e8_pin_table */ 1", "/* 0e8_pin_table */ 1"),
            ("10e8_pin_table 'ü 0e8_pin_table", "10e8_pin_table 'ü 0e8_pin_table"),
        ] {
            assert_eq!(quote_table_names(text, &names), expected);
        }
    }
}
