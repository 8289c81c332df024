//! One condition of a statement: an operator, a key, and the values that the request's are compared with
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>).

use std::borrow::Cow;

use crate::policy::comparison::Expected;
use crate::policy::key::ContextKey;
use crate::policy::situation::{Situation, Values};

/// One key of a condition with its operator and the values that it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) key: ContextKey,
    pub(crate) test: Test,
}

/// What a condition asks of its key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// `Null`: holds when the key is absent and this has a `true`, or is present and this has a `false`.
    Null(Vec<bool>),
    Compare {
        expected: Expected,
        /// `...Not...`.
        negated: bool,
        /// `...IfExists`.
        if_exists: bool,
        quantifier: Quantifier,
    },
}

/// How a request's several values for a key are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// The key has one value.
    One,
    /// `ForAnyValue:`.
    Any,
    /// `ForAllValues:`.
    All,
}

impl Condition {
    /// Whether it holds. A key that the request does not have equals nothing and differs from everything.
    pub(crate) fn holds(&self, situation: &Situation<'_>) -> bool {
        let values = situation.values(&self.key);
        let (expected, negated, if_exists, quantifier) = match &self.test {
            Test::Null(expected) => return expected.contains(&matches!(values, Values::Absent)),
            Test::Compare { expected, negated, if_exists, quantifier } => {
                (expected, *negated, *if_exists, *quantifier)
            }
        };
        let resolve = |key: &ContextKey| -> Option<Cow<'_, str>> { situation.one(key) };
        let fits = |value: &str| expected.has(value, &resolve) != negated;
        match (values, quantifier) {
            (Values::Absent, _) if if_exists => true,
            (Values::Absent, Quantifier::One) => negated,
            (Values::Absent, Quantifier::Any) => false,
            (Values::Absent, Quantifier::All) => true,
            (Values::One(value), _) => fits(&value),
            (Values::Many(values), Quantifier::Any) => values.iter().any(|value| fits(value)),
            (Values::Many(values), Quantifier::All) => values.iter().all(|value| fits(value)),
            (Values::Many(values), Quantifier::One) if negated => values.iter().all(|value| fits(value)),
            (Values::Many(values), Quantifier::One) => values.iter().any(|value| fits(value)),
        }
    }
}
