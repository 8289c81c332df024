//! What tells the metrics of one name apart: dimensions, in the order of their names.

/// Names and values, sorted by name; two lists with the same pairs are the same dimensions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Dimensions(Vec<(String, String)>);

impl Dimensions {
    pub(crate) fn new(mut pairs: Vec<(String, String)>) -> Self {
        pairs.sort();
        Self(pairs)
    }

    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        Self::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether a pair with this name, and this value when one is given, is among them.
    pub(crate) fn has(&self, name: &str, value: Option<&str>) -> bool {
        self.0.iter().any(|(present, with)| present == name && value.is_none_or(|value| value == with))
    }
}
