//! Tags, which several operations take and give (<https://docs.aws.amazon.com/streams/latest/dev/tagging.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::writer::Writer;
use crate::{limits, shapes};

/// Checks a map of tags; an absent one satisfies any.
pub(crate) fn check(checks: &mut Constraints, tags: Option<&[(String, String)]>) {
    if let Some(tags) = tags {
        checks.text_map("tags", tags, &shapes::TAG_KEY, &shapes::TAG_VALUE, limits::TAGS_COUNT_MAX);
    }
}

/// Checks a map of tags that has to be there.
pub(crate) fn check_required(
    checks: &mut Constraints,
    tags: Option<Vec<(String, String)>>,
) -> Vec<(String, String)> {
    check(checks, tags.as_deref());
    checks.required("tags", tags)
}

/// Checks a list of tag keys that has to be there.
pub(crate) fn check_keys_required(checks: &mut Constraints, keys: Option<Vec<String>>) -> Vec<String> {
    if let Some(keys) = &keys {
        checks.texts("tagKeys", keys, &shapes::TAG_KEY, 1, limits::TAG_KEYS_COUNT_MAX);
    }
    checks.required("tagKeys", keys)
}

/// Checks that keys and values are of letters, digits, white space and `_ . : / = + - % @`; the text that refuses others leaves
/// out the colon, as the service's own does. The service tells this only after it found what the tags are for.
pub fn check_tag_characters<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Exception> {
    let allowed = |char: char| {
        let is_space = char.is_whitespace() && !char.is_control();
        char.is_alphanumeric() || is_space || "_.:/=+-%@".contains(char)
    };
    if texts.into_iter().all(|text| text.chars().all(allowed)) {
        return Ok(());
    }
    Err(Exception::invalid_argument(
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.",
    ))
}

/// Writes the member `Tags` as a list.
pub(crate) fn write<W: Writer>(writer: &mut W, tags: &[(String, String)]) {
    writer.list_member("Tags", tags, |list, (key, value)| {
        list.begin_structure();
        list.text_member("Key", key);
        list.text_member("Value", value);
        list.end_structure();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_of_the_documented_characters() {
        for good in ["", "a", "ü0 _.", "/=+-@", "100%", "team:name", "\u{3b1}\u{3b2}"] {
            assert_eq!(check_tag_characters([good]), Ok(()), "{good}");
        }
        for bad in ["abc;def", "abc\tdef", "abc\ndef", "abc,def"] {
            assert_eq!(
                check_tag_characters(["a", bad]).expect_err(bad).to_string(),
                "InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, \
                 digits, white space, _ . / = + - % @."
            );
        }
    }
}
