//! Texts that come from outside and are kept: none is longer, or takes more memory, than it may.
//!
//! What must stay true: a text is cut between characters, and what was cut off is not kept in memory.

/// Cuts `text` to at most `bytes_max` bytes and puts `mark` behind it; a text that fits stays as it is.
pub(crate) fn shorten(text: &mut String, bytes_max: usize, mark: &str) {
    if text.len() <= bytes_max {
        return;
    }
    let end = text.floor_char_boundary(bytes_max);
    // A new text, for a shortened one keeps the room that it had.
    *text = [text.get(..end).unwrap_or_default(), mark].concat();
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn a_long_text_is_cut_between_characters_and_lets_its_memory_go() {
        let mut text = "é".repeat(1_000_000);
        shorten(&mut text, 5, "...");
        assert_eq!(text, "éé...");
        assert!(text.capacity() < 100, "{}", text.capacity());
        shorten(&mut text, 7, "...");
        assert_eq!(text, "éé...");
    }
}
