//! How an answer becomes bytes: operations describe their output once, to a [`Writer`], and each wire format is one
//! implementation of it. Nothing is built in between, so a page of records costs one pass.

use base64_simd::STANDARD;

use crate::decimal;

/// Takes the pieces of an answer in order. Members and elements are written between their begin and end.
pub trait Writer {
    /// Opens a structure or map.
    fn begin_structure(&mut self);
    /// Names the member whose value comes next.
    fn member(&mut self, name: &str);
    /// Closes a structure or map.
    fn end_structure(&mut self);
    /// Opens a list.
    fn begin_list(&mut self);
    /// Closes a list.
    fn end_list(&mut self);
    /// Writes a string.
    fn text(&mut self, text: &str);
    /// Writes an integer.
    fn integer(&mut self, number: i64);
    /// Writes a boolean.
    fn boolean(&mut self, value: bool);
    /// Writes a point in time, milliseconds since 1970.
    fn timestamp_millis(&mut self, millis: i64);
    /// Writes bytes.
    fn blob(&mut self, bytes: &[u8]);

    /// Takes what was written so far, and makes room for so many bytes more; what follows goes on as if nothing was taken.
    fn take_bytes(&mut self, room: usize) -> Vec<u8>;

    /// Writes a member that is a string.
    fn text_member(&mut self, name: &str, text: &str) {
        self.member(name);
        self.text(text);
    }

    /// Writes a member that is an integer.
    fn integer_member(&mut self, name: &str, number: i64) {
        self.member(name);
        self.integer(number);
    }

    /// Writes a member that counts something.
    fn count_member(&mut self, name: &str, count: usize) {
        self.integer_member(name, i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Writes a member that is a boolean.
    fn boolean_member(&mut self, name: &str, value: bool) {
        self.member(name);
        self.boolean(value);
    }

    /// Writes a member that is a list, each element by `write`.
    fn list_member<T>(&mut self, name: &str, items: &[T], write: impl Fn(&mut Self, &T))
    where
        Self: Sized,
    {
        self.member(name);
        self.begin_list();
        for item in items {
            write(self, item);
        }
        self.end_list();
    }
}

/// JSON as `application/x-amz-json-1.1` wants it: blobs in base64, timestamps in seconds with their milliseconds.
#[derive(Debug, Default)]
pub struct JsonWriter {
    bytes: Vec<u8>,
    /// Whether the next value or member follows another one and so needs a comma.
    follows: bool,
}

impl JsonWriter {
    /// A writer with room for `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), follows: false }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn separate(&mut self) {
        if self.follows {
            self.bytes.push(b',');
        }
        self.follows = true;
    }

    fn open(&mut self, bracket: u8) {
        self.separate();
        self.bytes.push(bracket);
        self.follows = false;
    }

    fn close(&mut self, bracket: u8) {
        self.bytes.push(bracket);
        self.follows = true;
    }

    fn quoted(&mut self, text: &str) {
        if is_plain(text.as_bytes()) {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(text.as_bytes());
            self.bytes.push(b'"');
        } else {
            serde_json::to_writer(&mut self.bytes, text).expect("a string always fits a Vec as JSON");
        }
    }

    fn sign(&mut self, number: i64) {
        if number < 0 {
            self.bytes.push(b'-');
        }
    }
}

/// Whether a text stands in JSON as it is.
fn is_plain(text: &[u8]) -> bool {
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    // Each block is looked at whole, without a branch for every byte, so that the compiler compares many at once.
    let (blocks, rest) = text.as_chunks::<16>();
    let special_in_block = |block: &[u8; 16]| block.iter().fold(false, |found, byte| found | special(byte));
    !blocks.iter().any(special_in_block) && !rest.iter().any(special)
}

impl Writer for JsonWriter {
    fn take_bytes(&mut self, room: usize) -> Vec<u8> {
        std::mem::replace(&mut self.bytes, Vec::with_capacity(room))
    }

    fn begin_structure(&mut self) {
        self.open(b'{');
    }

    fn member(&mut self, name: &str) {
        self.separate();
        self.quoted(name);
        self.bytes.push(b':');
        self.follows = false;
    }

    fn end_structure(&mut self) {
        self.close(b'}');
    }

    fn begin_list(&mut self) {
        self.open(b'[');
    }

    fn end_list(&mut self) {
        self.close(b']');
    }

    fn text(&mut self, text: &str) {
        self.separate();
        self.quoted(text);
    }

    fn integer(&mut self, number: i64) {
        self.separate();
        self.sign(number);
        decimal::push(&mut self.bytes, number.unsigned_abs());
    }

    fn boolean(&mut self, value: bool) {
        self.separate();
        self.bytes.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn timestamp_millis(&mut self, millis: i64) {
        self.separate();
        self.sign(millis);
        decimal::push(&mut self.bytes, millis.unsigned_abs() / 1_000);
        let mut fraction = *b".000";
        decimal::fill(&mut fraction[1..], millis.unsigned_abs() % 1_000);
        self.bytes.extend_from_slice(&fraction);
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.separate();
        self.bytes.push(b'"');
        STANDARD.encode_append(bytes, &mut self.bytes);
        self.bytes.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_to_be_escaped_is_found_wherever_it_stands() {
        for special in ['"', '\\', '\n', '\0', '\u{1f}'] {
            for length in 1..40 {
                for place in 0..length {
                    let text: String =
                        (0..length).map(|at| if at == place { special } else { 'a' }).collect();
                    let mut writer = JsonWriter::default();
                    writer.text(&text);
                    let oracle = serde_json::to_string(&text).expect("a string");
                    assert_eq!(String::from_utf8(writer.into_bytes()).expect("UTF-8"), oracle);
                }
            }
        }
    }

    #[test]
    fn numbers_and_times_keep_their_sign() {
        let mut writer = JsonWriter::default();
        writer.begin_list();
        for number in [0, -1, i64::MIN, i64::MAX] {
            writer.integer(number);
            writer.timestamp_millis(number);
        }
        writer.end_list();
        assert_eq!(
            String::from_utf8(writer.into_bytes()).expect("UTF-8"),
            "[0,0.000,-1,-0.001,-9223372036854775808,-9223372036854775.808,9223372036854775807,9223372036854775.807]"
        );
    }

    #[test]
    fn every_kind_of_value_lands_in_its_place() {
        let mut writer = JsonWriter::with_capacity(64);
        writer.begin_structure();
        writer.text_member("Text", "a\"b\n\u{1f600}");
        writer.integer_member("Integer", -7);
        writer.list_member("List", &[true, false], |list, item| list.boolean(*item));
        writer.member("Empty");
        writer.begin_structure();
        writer.end_structure();
        writer.member("Time");
        writer.timestamp_millis(1_700_000_000_042);
        writer.member("Blob");
        writer.blob(b"\x00\xff");
        writer.end_structure();
        assert_eq!(
            String::from_utf8(writer.into_bytes()).expect("JSON is UTF-8"),
            "{\"Text\":\"a\\\"b\\n\u{1f600}\",\"Integer\":-7,\"List\":[true,false],\"Empty\":{},\
             \"Time\":1700000000.042,\"Blob\":\"AP8=\"}"
        );
    }
}
