//! Places in strings as Java counts them: in UTF-16 units. What must stay true: for ASCII text a place is a byte, and nothing is
//! converted.

use std::borrow::Cow;

/// How many UTF-16 units `text` has.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The text between two places; nothing when they are out of range. Half of a pair becomes `?`, as Java prints it.
pub(super) fn slice(text: &str, begin: usize, end: usize) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return text.get(begin..end).map(Cow::Borrowed);
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let characters = char::decode_utf16(units.get(begin..end)?.iter().copied());
    Some(Cow::Owned(characters.map(|character| character.unwrap_or('?')).collect()))
}

/// The byte at which the UTF-16 unit `place` begins; the end of the text when there is none.
pub(super) fn byte_of(text: &str, place: usize) -> usize {
    if text.is_ascii() {
        return place.min(text.len());
    }
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= place {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// The place of the UTF-16 unit that begins at `byte`.
pub(super) fn place_of(text: &str, byte: usize) -> i32 {
    crate::value::java_size(length(&text[..byte]))
}
