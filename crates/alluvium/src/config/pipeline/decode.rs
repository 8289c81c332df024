//! The `decode` and `quarantine` of a pipeline: how records are read, and which of them are set aside.
//!
//! What must stay true: the keys of `decode` are the options of Spark's `from_json`; one that is not here is refused.

use std::fmt;

use alluvium_lakehouse::{DateFormat, DecodeMode, DecodeOptions, JsonOptions, MalformedOptions, SourceText};
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_saphyr::Spanned;

use crate::config::raw::Text;
use crate::config::resolve::Resolver;
use crate::config::yaml_error::{did_you_mean, failure_at};
use crate::failure::Failure;

/// The options of `from_json`, with Spark's and Databricks' names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::config) struct RawDecode {
    mode: Option<Text>,
    #[serde(alias = "rescued_data_column")]
    rescued_data_column: Option<Text>,
    column_name_of_corrupt_record: Option<Text>,
    timestamp_format: Option<Text>,
    date_format: Option<Text>,
    allow_single_quotes: Option<bool>,
    allow_non_numeric_numbers: Option<bool>,
    allow_unquoted_control_chars: Option<bool>,
    allow_backslash_escaping_any_character: Option<bool>,
}

/// One word or a list of words.
#[derive(Debug)]
pub(in crate::config) struct RawWords(Vec<String>);

impl<'de> Deserialize<'de> for RawWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = RawWords;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("one of the words malformed, wrong_type, no_known_field and drop, or a list of them")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<RawWords, E> {
        Ok(RawWords(vec![word.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<RawWords, A::Error> {
        let mut all = Vec::new();
        while let Some(word) = words.next_element()? {
            all.push(word);
        }
        Ok(RawWords(all))
    }
}

/// What `quarantine` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct QuarantineWords {
    pub(super) malformed: MalformedOptions,
    /// What is set aside is dropped.
    pub(super) drop: bool,
}

impl Resolver<'_> {
    /// How records are read, with what `quarantine` says about it.
    pub(super) fn decode(
        &self,
        raw: Option<&RawDecode>,
        malformed: MalformedOptions,
    ) -> Result<DecodeOptions, Failure> {
        let none = RawDecode::default();
        let raw = raw.unwrap_or(&none);
        let json = JsonOptions::default();
        Ok(DecodeOptions {
            mode: raw.mode.as_ref().map_or(Ok(DecodeMode::default()), |own| self.mode(own))?,
            rescued_data_column: self.column_name(raw.rescued_data_column.as_ref())?,
            corrupt_record_column: self.column_name(raw.column_name_of_corrupt_record.as_ref())?,
            timestamp_format: self.format(raw.timestamp_format.as_ref(), DateFormat::timestamp)?,
            date_format: self.format(raw.date_format.as_ref(), DateFormat::date)?,
            json: JsonOptions {
                allow_single_quotes: raw.allow_single_quotes.unwrap_or(json.allow_single_quotes),
                allow_non_numeric_numbers: raw
                    .allow_non_numeric_numbers
                    .unwrap_or(json.allow_non_numeric_numbers),
                allow_unquoted_control_chars: raw
                    .allow_unquoted_control_chars
                    .unwrap_or(json.allow_unquoted_control_chars),
                allow_backslash_escaping_any_character: raw
                    .allow_backslash_escaping_any_character
                    .unwrap_or(json.allow_backslash_escaping_any_character),
            },
            malformed,
        })
    }

    /// `quarantine`: a word or a list of words.
    pub(super) fn quarantine(&self, raw: Option<&Spanned<RawWords>>) -> Result<QuarantineWords, Failure> {
        const WORDS: [&str; 4] = ["malformed", "wrong_type", "no_known_field", "drop"];
        let Some(raw) = raw else { return Ok(QuarantineWords::default()) };
        let words = &raw.value.0;
        let wrong = |message: &str| Err(failure_at(self.origin, raw.referenced, message));
        if let Some(word) = words.iter().find(|word| !WORDS.contains(&word.as_str())) {
            let listed = WORDS.join(", ");
            return wrong(&format!("quarantine {word:?} is none of: {listed}{}", did_you_mean(word, &WORDS)));
        }
        if words.is_empty() {
            return wrong(
                "quarantine names nothing: malformed records are always set aside; write `malformed`",
            );
        }
        let says = |word: &str| words.iter().any(|said| said == word);
        let criteria = WORDS[..3].iter().any(|word| says(word));
        Ok(QuarantineWords {
            malformed: MalformedOptions {
                mistyped: criteria.then(|| says("wrong_type")),
                nothing_known: says("no_known_field"),
            },
            drop: says("drop"),
        })
    }

    /// `PERMISSIVE` and its like, in any case, as Spark takes them.
    fn mode(&self, own: &Text) -> Result<DecodeMode, Failure> {
        const MODES: [&str; 3] = ["permissive", "dropmalformed", "failfast"];
        let value = self.text(own)?;
        match value.to_ascii_lowercase().as_str() {
            "permissive" => Ok(DecodeMode::Permissive),
            "dropmalformed" => Ok(DecodeMode::DropMalformed),
            "failfast" => Ok(DecodeMode::FailFast),
            lower => Err(self.wrong(
                own,
                &format!("mode {value:?} is none of: {}{}", MODES.join(", "), did_you_mean(lower, &MODES)),
            )),
        }
    }

    /// The name of a column, with its place, for what is wrong with it shows when the schema is read.
    fn column_name(&self, own: Option<&Text>) -> Result<Option<SourceText>, Failure> {
        let Some(own) = own else { return Ok(None) };
        let file = format!("{}:{}:{}", self.origin, own.referenced.line(), own.referenced.column());
        Ok(Some(SourceText { file, text: self.text(own)? }))
    }

    fn format(
        &self,
        own: Option<&Text>,
        read: fn(&str) -> Result<DateFormat, String>,
    ) -> Result<Option<DateFormat>, Failure> {
        let Some(own) = own else { return Ok(None) };
        read(&self.text(own)?).map(Some).map_err(|message| self.wrong(own, &message))
    }
}
