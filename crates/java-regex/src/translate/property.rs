//! `\p{..}`: POSIX names (ASCII, unless the flag `U` is set), Unicode's categories, scripts and properties, and Java's own.
//!
//! What must stay true: a name that Java does not know is an error. Blocks (`\p{InGreek}`) are not supported.

use super::Translator;
use crate::error::PatternError;

/// Java's POSIX names, what they are in ASCII, and with the flag `U`.
const POSIX: [(&str, &str, &str); 13] = [
    ("Lower", "a-z", r"\p{Lowercase}"),
    ("Upper", "A-Z", r"\p{Uppercase}"),
    ("ASCII", r"\x00-\x7F", r"\x00-\x7F"),
    ("Alpha", "A-Za-z", r"\p{Alphabetic}"),
    ("Digit", "0-9", r"\p{Nd}"),
    ("Alnum", "0-9A-Za-z", r"\p{Alphabetic}\p{Nd}"),
    ("Punct", r"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E", r"\p{P}"),
    ("Graph", r"\x21-\x7E", r"^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}"),
    ("Print", r"\x20-\x7E", r"^\p{Cc}\p{Cs}\p{Cn}\x{2028}\x{2029}"),
    ("Blank", r"\x20\t", r"\p{Zs}\t"),
    ("Cntrl", r"\x00-\x1F\x7F", r"\p{Cc}"),
    ("XDigit", "0-9A-Fa-f", r"\p{Nd}\p{Hex_Digit}"),
    ("Space", r"\t-\r\x20", r"\p{White_Space}"),
];

/// Java's own names that have a like in Unicode.
const JAVA: [(&str, &str); 13] = [
    ("L1", r"\x00-\xFF"),
    ("LC", r"\p{Lu}\p{Ll}\p{Lt}"),
    ("LD", r"\p{L}\p{Nd}"),
    ("all", r"\x{0}-\x{10FFFF}"),
    ("javaAlphabetic", r"\p{Alphabetic}"),
    ("javaDigit", r"\p{Nd}"),
    ("javaLetter", r"\p{L}"),
    ("javaLetterOrDigit", r"\p{L}\p{Nd}"),
    ("javaLowerCase", r"\p{Lowercase}"),
    ("javaSpaceChar", r"\p{Z}"),
    ("javaTitleCase", r"\p{Lt}"),
    ("javaUpperCase", r"\p{Uppercase}"),
    (
        "javaWhitespace",
        r"\t-\r\x1C-\x20\x{1680}\x{2000}-\x{2006}\x{2008}-\x{200A}\x{2028}\x{2029}\x{205F}\x{3000}",
    ),
];

const CATEGORIES: [&str; 37] = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf",
    "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf", "L", "M", "N", "Z", "C",
    "P", "S",
];

/// `\p{IsName}` that are properties, by their names in large letters.
const PROPERTIES: [(&str, &str); 15] = [
    ("ALPHABETIC", r"\p{Alphabetic}"),
    ("ASSIGNED", r"\P{Cn}"),
    ("CONTROL", r"\p{Cc}"),
    ("DIGIT", r"\p{Nd}"),
    ("HEXDIGIT", r"\p{Nd}\p{Hex_Digit}"),
    ("HEX_DIGIT", r"\p{Nd}\p{Hex_Digit}"),
    ("IDEOGRAPHIC", r"\p{Ideographic}"),
    ("JOIN_CONTROL", r"\p{Join_Control}"),
    ("LETTER", r"\p{L}"),
    ("LOWERCASE", r"\p{Lowercase}"),
    ("PUNCTUATION", r"\p{P}"),
    ("TITLECASE", r"\p{Lt}"),
    ("UPPERCASE", r"\p{Uppercase}"),
    ("WHITE_SPACE", r"\p{White_Space}"),
    ("WHITESPACE", r"\p{White_Space}"),
];

impl Translator {
    /// The class that a property stands for, after its `p` or `P`.
    pub(super) fn property(&mut self, negated: bool) -> Result<String, PatternError> {
        let name = if self.take("{") {
            match self.until('}') {
                Some(name) => name,
                None => return self.error("unclosed character family"),
            }
        } else {
            match self.next() {
                Some(c) => c.to_string(),
                None => return self.error("illegal/unsupported escape sequence"),
            }
        };
        let inner = self.property_named(&name)?;
        Ok(match (inner.strip_prefix('^'), negated) {
            (Some(rest), true) => format!("[{rest}]"),
            (None, true) => format!("[^{inner}]"),
            (_, false) => format!("[{inner}]"),
        })
    }

    fn property_named(&self, name: &str) -> Result<String, PatternError> {
        // Without regard to case the three cases of letters are one.
        let any_case = self.flags.case_insensitive;
        if let Some((_, ascii, unicode)) = POSIX.iter().find(|(posix, ..)| *posix == name) {
            return Ok(match (name, self.flags.unicode_classes) {
                ("Lower" | "Upper", false) if any_case => "A-Za-z".to_owned(),
                (_, false) => (*ascii).to_owned(),
                (_, true) => (*unicode).to_owned(),
            });
        }
        if let Some((_, class)) = JAVA.iter().find(|(java, _)| *java == name) {
            return Ok((*class).to_owned());
        }
        let (kind, value) = match name.split_once('=') {
            Some((kind, value)) => (kind.to_ascii_lowercase(), value),
            None if name.starts_with("Is") => ("is".to_owned(), &name[2..]),
            None if name.starts_with("In") => ("block".to_owned(), name),
            None => ("category".to_owned(), name),
        };
        let category = CATEGORIES.iter().find(|category| **category == value);
        match (kind.as_str(), category) {
            ("is" | "category" | "gc" | "general_category", Some(category)) => Ok(match *category {
                "Lu" | "Ll" | "Lt" if any_case => r"\p{Lu}\p{Ll}\p{Lt}".to_owned(),
                // No text here holds half a character.
                "Cs" => r"a&&b".to_owned(),
                category => format!(r"\p{{{category}}}"),
            }),
            ("is", None) => {
                let upper = value.to_ascii_uppercase();
                match PROPERTIES.iter().find(|(property, _)| *property == upper) {
                    Some((_, class)) => Ok((*class).to_owned()),
                    None => self.script(value, name),
                }
            }
            ("sc" | "script", _) => self.script(value, name),
            ("block" | "blk", _) => {
                Err(PatternError::Unsupported(format!(r"the block \p{{{name}}} is not supported")))
            }
            _ => self.error(format!("unknown character property name {{{name}}}")),
        }
    }

    fn script(&self, script: &str, name: &str) -> Result<String, PatternError> {
        let plain = script.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let class = format!(r"\p{{Script={script}}}");
        if plain && regex::Regex::new(&class).is_ok() {
            return Ok(class);
        }
        self.error(format!("unknown character property name {{{name}}}"))
    }
}
