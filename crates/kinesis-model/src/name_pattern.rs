//! Names with `*` for any characters and `?` for any one.

/// Whether a name fits a pattern. Takes time of their lengths multiplied at worst.
pub fn name_fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut place) = (0, 0);
    // Where to go on when what follows the last star does not fit: one character of the name later.
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((star_at, star_place)) = star else { return false };
                star = Some((star_at, star_place + 1));
                at = star_at + 1;
                place = star_place + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::name_fits;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("PutRecord", "PutRecord", true),
            ("PutRecord", "PutRecords", false),
            ("Put*", "PutRecords", true),
            ("*", "", true),
            ("?", "", false),
            ("*s", "PutRecords", true),
            ("*Rec*s", "PutRecords", true),
            ("*Rec*x", "PutRecords", false),
            ("Put????rds", "PutRecords", true),
            ("a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(name_fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
