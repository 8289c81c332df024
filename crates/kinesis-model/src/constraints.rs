//! The constraint checks of a request: every violated one is told, in the words and form of the real service, at most ten
//! in one ValidationException.

use std::fmt::{self, Display};

use crate::exception::{Exception, ExceptionKind};
use crate::limits;

/// What a string member has to satisfy.
pub(crate) struct TextShape {
    /// The pattern that the whole text has to match.
    pub(crate) pattern: Option<Pattern>,
    /// The shortest text, in UTF-16 code units.
    pub(crate) chars_min: usize,
    /// The longest text, in UTF-16 code units; `usize::MAX` for one without a bound.
    pub(crate) chars_max: usize,
}

impl TextShape {
    fn accepts(&self, text: &str) -> bool {
        let length = utf16_length(text);
        (self.chars_min..=self.chars_max).contains(&length)
            && self.pattern.as_ref().is_none_or(|pattern| (pattern.matches)(text))
    }

    /// The constraints of an element, as the exception about its list or map has them.
    fn told(&self) -> String {
        let mut told = format!(
            "Member must have length less than or equal to {}, Member must have length greater than or equal to {}",
            self.chars_max, self.chars_min
        );
        if let Some(pattern) = &self.pattern {
            told.push_str(", Member must satisfy regular expression pattern: ");
            told.push_str(pattern.text);
        }
        told
    }
}

fn enum_told<T: Enumeration>() -> String {
    let names: Vec<&str> = T::ALL.iter().map(|(name, _)| *name).collect();
    format!("Member must satisfy enum value set: [{}]", names.join(", "))
}

/// A pattern as the exception shows it, and the function that decides it.
pub(crate) struct Pattern {
    /// The regular expression.
    pub(crate) text: &'static str,
    /// Whether a whole text matches it.
    pub(crate) matches: fn(&str) -> bool,
}

/// A closed set of words on the wire.
pub(crate) trait Enumeration: Copy + 'static {
    /// Every word with its meaning, in the order in which exceptions list them.
    const ALL: &'static [(&'static str, Self)];

    /// The meaning of a word.
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    }

    /// The word for a meaning.
    fn word(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| *name)
    }
}

/// The violations found so far. A path names the member as the exception shows it: `streamName`,
/// `records.1.member.partitionKey`.
#[derive(Default)]
pub(crate) struct Constraints {
    violations: Vec<String>,
}

impl Constraints {
    /// A member that has to be there. What comes back for one that is not is never seen: `finish` fails.
    pub(crate) fn required<T: Default>(&mut self, path: impl Display, value: Option<T>) -> T {
        if value.is_none() {
            self.violate(&"null", path, format_args!("Member must not be null"));
        }
        value.unwrap_or_default()
    }

    /// A string against its shape; an absent one satisfies any.
    pub(crate) fn text(&mut self, path: impl Display, value: Option<&str>, shape: &TextShape) {
        let Some(text) = value else { return };
        if let Some(pattern) = &shape.pattern
            && !(pattern.matches)(text)
        {
            let constraint = format_args!("Member must satisfy regular expression pattern: {}", pattern.text);
            self.violate(&Quoted(text), &path, constraint);
        }
        self.length(&path, || Quoted(text), utf16_length(text), shape.chars_min, shape.chars_max);
    }

    /// An integer between two bounds, both included; an absent one satisfies any.
    pub(crate) fn integer(&mut self, path: impl Display, value: Option<i32>, min: i32, max: i32) {
        let Some(number) = value else { return };
        if number < min {
            let constraint = format_args!("Member must have value greater than or equal to {min}");
            self.violate(&Quoted(number), path, constraint);
        } else if number > max {
            let constraint = format_args!("Member must have value less than or equal to {max}");
            self.violate(&Quoted(number), path, constraint);
        }
    }

    /// The length of a list, map, blob or string between two bounds, both included. `shown` is how the exception shows it.
    pub(crate) fn length<D: Display>(
        &mut self,
        path: impl Display,
        shown: impl FnOnce() -> D,
        length: usize,
        min: usize,
        max: usize,
    ) {
        if length < min {
            let constraint = format_args!("Member must have length greater than or equal to {min}");
            self.violate(&shown(), path, constraint);
        } else if length > max {
            let constraint = format_args!("Member must have length less than or equal to {max}");
            self.violate(&shown(), path, constraint);
        }
    }

    /// A list of strings: its length, and each string against its shape. The service tells of the list, not of the string.
    pub(crate) fn texts(
        &mut self,
        path: impl Display,
        list: &[String],
        shape: &TextShape,
        min: usize,
        max: usize,
    ) {
        let shown = || Quoted(format!("[{}]", list.join(", ")));
        self.length(&path, shown, list.len(), min, max);
        if !list.iter().all(|text| shape.accepts(text)) {
            self.violate(&shown(), path, format_args!("Member must satisfy constraint: [{}]", shape.told()));
        }
    }

    /// A map of strings: its length, and each key and value against its shape. The service tells of the map.
    pub(crate) fn text_map(
        &mut self,
        path: impl Display,
        map: &[(String, String)],
        key_shape: &TextShape,
        value_shape: &TextShape,
        max: usize,
    ) {
        let shown = || {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}={value}")).collect();
            Quoted(format!("{{{}}}", entries.join(", ")))
        };
        self.length(&path, shown, map.len(), 1, max);
        if !map.iter().all(|(key, _)| key_shape.accepts(key)) {
            let told = key_shape.told();
            self.violate(&shown(), &path, format_args!("Map keys must satisfy constraint: [{told}]"));
        }
        if !map.iter().all(|(_, value)| value_shape.accepts(value)) {
            let told = value_shape.told();
            self.violate(&shown(), &path, format_args!("Map value must satisfy constraint: [{told}]"));
        }
    }

    /// A list of words of a closed set, each with its meaning; those that have none are left out, and told of the list.
    pub(crate) fn all_of<T: Enumeration>(
        &mut self,
        path: impl Display,
        words: &[String],
        min: usize,
        max: usize,
    ) -> Vec<T> {
        let shown = || Quoted(format!("[{}]", words.join(", ")));
        self.length(&path, shown, words.len(), min, max);
        let meanings: Vec<T> = words.iter().filter_map(|word| T::parse(word)).collect();
        if meanings.len() < words.len() {
            let told = enum_told::<T>();
            self.violate(&shown(), path, format_args!("Member must satisfy constraint: [{told}]"));
        }
        meanings
    }

    /// A word of a closed set; an absent one is no word.
    pub(crate) fn one_of<T: Enumeration>(&mut self, path: impl Display, word: Option<&str>) -> Option<T> {
        let word = word?;
        let found = T::parse(word);
        if found.is_none() {
            self.violate(&Quoted(word), path, format_args!("{}", enum_told::<T>()));
        }
        found
    }

    /// A word of a closed set that has to be there.
    pub(crate) fn required_one_of<T: Enumeration>(
        &mut self,
        path: impl Display,
        word: Option<&str>,
    ) -> Option<T> {
        if word.is_none() {
            self.violate(&"null", &path, format_args!("Member must not be null"));
        }
        self.one_of(path, word)
    }

    /// One violation, `shown` as the value.
    pub(crate) fn violate(
        &mut self,
        shown: &dyn Display,
        path: impl Display,
        constraint: fmt::Arguments<'_>,
    ) {
        if self.violations.len() < limits::VIOLATIONS_COUNT_MAX {
            self.violations
                .push(format!("Value {shown} at '{path}' failed to satisfy constraint: {constraint}"));
        }
    }

    /// The exception that tells all violations, when there are any.
    pub(crate) fn finish(self) -> Result<(), Exception> {
        let count = self.violations.len();
        if count == 0 {
            return Ok(());
        }
        let plural = if count == 1 { "" } else { "s" };
        let text = format!("{count} validation error{plural} detected: {}", self.violations.join("; "));
        Err(Exception::new(ExceptionKind::Validation, text))
    }
}

/// A value between single quotes.
pub(crate) struct Quoted<T>(pub(crate) T);

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}'", self.0)
    }
}

/// How a blob is shown: Java's heap buffer, never its content.
pub(crate) fn shown_blob(bytes: usize) -> impl Display {
    Quoted(format!("java.nio.HeapByteBuffer[pos=0 lim={bytes} cap={bytes}]"))
}

fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_violations_are_told_and_the_eleventh_is_not() {
        let mut checks = Constraints::default();
        for index in 1..=11 {
            checks.integer(format_args!("list.{index}.member"), Some(0), 1, 5);
        }
        let text = checks.finish().expect_err("eleven violations").message.expect("a text");
        assert!(text.starts_with(
            "10 validation errors detected: Value '0' at 'list.1.member' failed to satisfy constraint: \
             Member must have value greater than or equal to 1; Value '0' at 'list.2.member'"
        ));
        assert!(text.contains("list.10.member") && !text.contains("list.11.member"));
    }

    #[test]
    fn length_counts_as_java_does() {
        let shape = TextShape { pattern: None, chars_min: 1, chars_max: 2 };
        for (text, good) in [("ab", true), ("\u{1f600}", true), ("\u{1f600}a", false), ("", false)] {
            let mut checks = Constraints::default();
            checks.text("text", Some(text), &shape);
            assert_eq!(checks.finish().is_ok(), good, "{text}");
        }
    }
}
