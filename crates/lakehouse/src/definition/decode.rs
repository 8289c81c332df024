//! How the JSON in a record's data is read, and which records are good.
//!
//! What must stay true: the words are those of Spark's `from_json`, with Spark's defaults and Spark's answer; an option of
//! Spark's that is not here is refused by the program rather than passed over.

use super::SourceText;
use crate::spark::pattern::DatePattern;

/// How records become rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecodeOptions {
    /// What becomes of a malformed record.
    pub mode: DecodeMode,
    /// The name of a STRING column with a JSON object of all in the data that has no place in the row: fields that the schema
    /// does not have, and values that are not of their field's type. Null when nothing was left over.
    pub rescued_data_column: Option<SourceText>,
    /// The name of a STRING column with the whole text of a record of which a field is of the wrong type, null for others.
    pub corrupt_record_column: Option<SourceText>,
    /// How a TIMESTAMP is written; `None` is Spark's own form.
    pub timestamp_format: Option<DateFormat>,
    /// How a DATE is written; `None` is Spark's own form.
    pub date_format: Option<DateFormat>,
    /// What is JSON.
    pub json: JsonOptions,
    /// Which records are malformed beside those that are no JSON object.
    pub malformed: MalformedOptions,
}

/// What becomes of a malformed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecodeMode {
    /// It goes to the quarantine.
    #[default]
    Permissive,
    /// It is dropped and counted.
    DropMalformed,
    /// It ends the pipeline before anything of its batch is committed.
    FailFast,
}

/// What is JSON: Jackson's features, as Spark passes them on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of Spark's by its own name")]
pub struct JsonOptions {
    /// Strings and keys may stand in single quotes.
    pub allow_single_quotes: bool,
    /// `NaN`, `Infinity` and `-Infinity` are numbers.
    pub allow_non_numeric_numbers: bool,
    /// Control characters may stand raw in strings.
    pub allow_unquoted_control_chars: bool,
    /// A backslash may stand before any character, which then stands for itself.
    pub allow_backslash_escaping_any_character: bool,
}

/// Which records are malformed beside those that are no JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MalformedOptions {
    /// Those with a value that is not of its field's type. `None`: by the mode, as in Spark.
    pub mistyped: Option<bool>,
    /// Those with none of the schema's fields.
    pub nothing_known: bool,
}

/// A pattern for times or dates in a record, checked when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    pub(crate) pattern: DatePattern,
}

impl DecodeOptions {
    /// Whether a value of the wrong type makes its record malformed. In DROPMALFORMED and FAILFAST it does, unless a rescued
    /// data column takes it.
    pub fn mistyped_is_malformed(&self) -> bool {
        let by_mode = self.mode != DecodeMode::Permissive && self.rescued_data_column.is_none();
        self.malformed.mistyped.unwrap_or(by_mode)
    }
}

impl Default for JsonOptions {
    /// Spark's defaults.
    fn default() -> Self {
        Self {
            allow_single_quotes: true,
            allow_non_numeric_numbers: true,
            allow_unquoted_control_chars: false,
            allow_backslash_escaping_any_character: false,
        }
    }
}

impl JsonOptions {
    /// All that any options allow: for text that has been found well formed already.
    pub(crate) const READ_AGAIN: Self = Self {
        allow_single_quotes: true,
        allow_non_numeric_numbers: true,
        allow_unquoted_control_chars: true,
        allow_backslash_escaping_any_character: true,
    };
}

impl DateFormat {
    /// A pattern of a TIMESTAMP; the error names the letter that is not known.
    pub fn timestamp(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), pattern: DatePattern::parse(text)? })
    }

    /// A pattern of a DATE, which names no zone: a day is the same day everywhere.
    pub fn date(text: &str) -> Result<Self, String> {
        let format = Self::timestamp(text)?;
        let zone = text.split('\'').step_by(2).flat_map(str::chars).find(|c| "XxZzV".contains(*c));
        match zone {
            None => Ok(format),
            Some(letter) => {
                Err(format!("the pattern '{text}' cannot be used: a date has no zone, take {letter} out"))
            }
        }
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_checked_when_it_is_made() {
        assert_eq!(
            DateFormat::timestamp("yyyy:MM:dd HH:mm:ss X").map(|format| format.text),
            Ok("yyyy:MM:dd HH:mm:ss X".into())
        );
        let refused = DateFormat::timestamp("yyyy-QQ").expect_err("Q");
        assert!(refused.contains("the letter Q is not supported"), "{refused}");
        assert!(DateFormat::date("dd/MM/yyyy'Z'").is_ok());
        let refused = DateFormat::date("yyyy-MM-dd'T'HHX").expect_err("X");
        assert!(refused.contains("a date has no zone, take X out"), "{refused}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_malformed_as_the_mode_has_it_in_spark() {
        let options = |mode, rescued: bool| DecodeOptions {
            mode,
            rescued_data_column: rescued.then(|| SourceText { file: String::new(), text: "r".into() }),
            ..DecodeOptions::default()
        };
        assert!(!options(DecodeMode::Permissive, false).mistyped_is_malformed());
        assert!(options(DecodeMode::DropMalformed, false).mistyped_is_malformed());
        assert!(options(DecodeMode::FailFast, false).mistyped_is_malformed());
        assert!(!options(DecodeMode::FailFast, true).mistyped_is_malformed());
    }
}
