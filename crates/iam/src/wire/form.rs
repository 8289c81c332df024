//! The forms of members, as IAM's and STS's models state them, and the sentences in which a breach is told.

use alluvium_aws_query::Document;

/// What a member has to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// `[\w+=,.@-]`.
    Name { min: usize, max: usize },
    /// `[\w]`.
    Word { min: usize, max: usize },
    /// `/`, or `/` and more and `/`.
    Path,
    /// `/` and more.
    PathPrefix,
    /// The path of a policy: names between slashes.
    PolicyPath,
    /// `v1`.
    PolicyVersion,
    /// Characters up to U+00FF, tab, line feed and carriage return.
    Latin { min: usize, max: usize },
    /// Characters from space to U+00FF.
    Printable { min: usize, max: usize },
    /// Anything.
    Text { min: usize, max: usize },
    /// Names, colons and slashes: `[\w+=,.@:/-]`.
    Reference { min: usize, max: usize },
    /// Digits.
    Digits { min: usize, max: usize },
    /// Text without control characters.
    Line { min: usize, max: usize },
    /// A role's description: Latin without control characters.
    Description,
    /// A whole number.
    Integer { min: i64, max: i64 },
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Words(&'static [&'static str]),
    /// A list.
    List { element: &'static Form, max: usize },
    /// A list of `Key` and `Value`.
    Tags,
    /// A list of structures, read by the operation.
    Structures { max: usize },
}

/// `UserName` is told as `userName`.
pub(crate) fn told(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}

impl Form {
    /// Adds what is wrong with a value, a sentence each.
    pub(crate) fn check(self, place: &str, value: &Document, problems: &mut Vec<String>) {
        let Document::Text(text) = value else { return self.check_list(place, value, problems) };
        let mut problem = |what: String| {
            problems
                .push(format!("Value '{}' at '{place}' failed to satisfy constraint: {what}", shown(text)));
        };
        match self {
            Self::Integer { min, max } => match text.parse::<i64>() {
                Ok(number) if number < min => {
                    problem(format!("Member must have value greater than or equal to {min}"));
                }
                Ok(number) if number > max => {
                    problem(format!("Member must have value less than or equal to {max}"));
                }
                Ok(_) => {}
                Err(_) => problem("Member must be a whole number".to_owned()),
            },
            Self::Boolean if !matches!(text.as_str(), "true" | "false") => {
                problem("Member must be true or false".to_owned());
            }
            Self::Words(words) if !words.contains(&text.as_str()) => {
                problem(format!("Member must satisfy enum value set: [{}]", words.join(", ")));
            }
            // An empty list is sent as an empty text.
            Self::List { .. } | Self::Tags | Self::Structures { .. } if !text.is_empty() => {
                problem("Member must be a list".to_owned());
            }
            Self::Boolean | Self::Words(_) | Self::List { .. } | Self::Tags | Self::Structures { .. } => {}
            _ => self.check_text(text, problem),
        }
    }

    fn check_text(self, text: &str, mut problem: impl FnMut(String)) {
        let (min, max) = self.chars();
        let chars = text.chars().count();
        if chars > max {
            problem(format!("Member must have length less than or equal to {max}"));
        }
        if chars < min {
            problem(format!("Member must have length greater than or equal to {min}"));
        }
        if let Some(pattern) = self.pattern()
            && chars > 0
            && !self.fits(text)
        {
            problem(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
    }

    fn check_list(self, place: &str, value: &Document, problems: &mut Vec<String>) {
        let too_long = |count: usize, max: usize| {
            (count > max).then(|| {
                format!(
                    "Value at '{place}' failed to satisfy constraint: Member must have length less than or equal to {max}"
                )
            })
        };
        match (self, value) {
            (Self::List { element, max }, Document::List(items)) => {
                problems.extend(too_long(items.len(), max));
                for (index, item) in items.iter().take(max).enumerate() {
                    element.check(&format!("{place}.{}.member", index + 1), item, problems);
                }
            }
            (Self::Structures { max }, Document::List(items)) => {
                problems.extend(too_long(items.len(), max));
            }
            (Self::Tags, Document::List(items)) => {
                problems.extend(too_long(items.len(), 50));
                for (index, item) in items.iter().take(50).enumerate() {
                    check_tag(&format!("{place}.{}.member", index + 1), item, problems);
                }
            }
            _ => problems
                .push(format!("Value at '{place}' failed to satisfy constraint: Member has another form")),
        }
    }

    fn chars(self) -> (usize, usize) {
        match self {
            Self::Name { min, max }
            | Self::Word { min, max }
            | Self::Reference { min, max }
            | Self::Digits { min, max }
            | Self::Line { min, max }
            | Self::Latin { min, max }
            | Self::Printable { min, max }
            | Self::Text { min, max } => (min, max),
            Self::Path | Self::PathPrefix | Self::PolicyPath => (1, 512),
            Self::Description => (0, 1_000),
            _ => (0, usize::MAX),
        }
    }

    fn pattern(self) -> Option<&'static str> {
        Some(match self {
            Self::Name { .. } => r"[\w+=,.@-]+",
            Self::Reference { .. } => r"[\w+=,.@:\/-]*",
            Self::Digits { .. } => r"[\d]*",
            Self::Line { .. } => {
                r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"
            }
            Self::Word { .. } => r"[\w]*",
            Self::Path => r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
            Self::PathPrefix => r"\u002F[\u0021-\u007F]*",
            Self::PolicyPath => r"((/[A-Za-z0-9\.,\+@=_-]+)*)/",
            Self::PolicyVersion => r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?",
            Self::Latin { .. } => r"[\u0009\u000A\u000D\u0020-\u00FF]+",
            Self::Printable { .. } => r"[\u0020-\u00FF]+",
            Self::Description => r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
            _ => return None,
        })
    }

    fn fits(self, text: &str) -> bool {
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let in_path = |char: char| ('\u{21}'..='\u{7e}').contains(&char);
        let is_control = |char: char| matches!(char, '\t' | '\n' | '\r');
        let of_name = |char: char| is_word(char) || "+=,.@-".contains(char);
        match self {
            Self::Name { .. } => text.chars().all(of_name),
            Self::Reference { .. } => text.chars().all(|char| of_name(char) || ":/".contains(char)),
            Self::Digits { .. } => text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Line { .. } => {
                text.chars().all(|char| is_control(char) || char == '\u{85}' || !char.is_control())
            }
            Self::Word { .. } => text.chars().all(is_word),
            Self::Path => text == "/" || (text.len() > 2 && bounded(text) && text.chars().all(in_path)),
            Self::PathPrefix => {
                text.starts_with('/') && text.chars().all(|char| in_path(char) || char == '\u{7f}')
            }
            Self::PolicyPath => {
                let inside = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
                text == "/"
                    || inside.is_some_and(|inside| {
                        inside.split('/').all(|part| !part.is_empty() && part.chars().all(of_name))
                    })
            }
            Self::PolicyVersion => {
                let number = text.strip_prefix('v').unwrap_or_default();
                let number = number.split('.').next().unwrap_or_default();
                !number.starts_with('0')
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Latin { .. } => {
                text.chars().all(|char| is_control(char) || (' '..='\u{ff}').contains(&char))
            }
            Self::Printable { .. } => text.chars().all(|char| (' '..='\u{ff}').contains(&char)),
            Self::Description => text.chars().all(|char| {
                is_control(char) || (' '..='\u{7e}').contains(&char) || ('\u{a1}'..='\u{ff}').contains(&char)
            }),
            _ => true,
        }
    }
}

fn bounded(path: &str) -> bool {
    path.starts_with('/') && path.ends_with('/')
}

/// Long values are not repeated in full.
fn shown(text: &str) -> String {
    if text.chars().count() <= 256 {
        text.to_owned()
    } else {
        text.chars().take(256).collect::<String>() + "..."
    }
}

fn check_tag(place: &str, tag: &Document, problems: &mut Vec<String>) {
    let Document::Structure(members) = tag else {
        problems.push(format!("Value at '{place}' failed to satisfy constraint: Member must be a tag"));
        return;
    };
    let of_tag = |char: char| char.is_alphanumeric() || char.is_whitespace() || "_.:/=+-@".contains(char);
    for (name, min, max) in [("Key", 1, 128), ("Value", 0, 256)] {
        let told = told(name);
        let text = members.iter().find(|(member, _)| member == name).map(|(_, value)| value);
        let Some(Document::Text(text)) = text else {
            problems.push(format!(
                "Value at '{place}.{told}' failed to satisfy constraint: Member must not be null"
            ));
            continue;
        };
        let chars = text.chars().count();
        let what = if chars > max {
            format!("Member must have length less than or equal to {max}")
        } else if chars < min {
            format!("Member must have length greater than or equal to {min}")
        } else if !text.chars().all(of_tag) {
            r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+".to_owned()
        } else {
            continue;
        };
        problems.push(format!(
            "Value '{}' at '{place}.{told}' failed to satisfy constraint: {what}",
            shown(text)
        ));
    }
}
