//! The model of Kinesis that botocore carries, as far as it says what requests and answers have to be.

use std::cell::RefCell;
use std::collections::BTreeMap;

use alluvium_testkit::python;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

/// The service.
#[derive(Deserialize)]
pub(crate) struct ServiceModel {
    operations: BTreeMap<String, OperationModel>,
    shapes: BTreeMap<String, Shape>,
    /// The patterns that were asked for, ready to be matched.
    #[serde(skip)]
    patterns: RefCell<BTreeMap<String, Regex>>,
}

/// An operation.
#[derive(Deserialize)]
pub(crate) struct OperationModel {
    pub(crate) input: Reference,
    pub(crate) output: Option<Reference>,
    #[serde(default)]
    pub(crate) errors: Vec<Reference>,
}

/// A name of a shape.
#[derive(Deserialize)]
pub(crate) struct Reference {
    pub(crate) shape: String,
}

/// What a value has to be.
#[derive(Deserialize)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Reference>,
    pub(crate) member: Option<Reference>,
    pub(crate) key: Option<Reference>,
    pub(crate) value: Option<Reference>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) pattern: Option<String>,
    #[serde(rename = "enum")]
    pub(crate) words: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) eventstream: bool,
}

/// What these are about is not built: such operations answer UnknownOperationException.
const NOT_BUILT: [&str; 2] = ["Channel", "Queue"];

const SCRIPT: &str = "
import botocore.session
session = botocore.session.get_session()
import json
print(json.dumps(session.get_component('data_loader').load_service_model('kinesis', 'service-2')))
";

impl ServiceModel {
    /// The model; `None` when there is no Python to ask.
    pub(crate) fn load() -> Option<Self> {
        let output = python()?.command().args(["-c", SCRIPT]).output().expect("the interpreter starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(serde_json::from_slice(&output.stdout).expect("botocore's model has this form"))
    }

    /// The operations that are built, by name.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &OperationModel)> {
        self.operations
            .iter()
            .map(|(name, operation)| (name.as_str(), operation))
            .filter(|(name, _)| !NOT_BUILT.iter().any(|part| name.contains(part)))
    }

    /// An operation.
    pub(crate) fn operation(&self, name: &str) -> &OperationModel {
        self.operations.get(name).unwrap_or_else(|| panic!("the model has no {name}"))
    }

    /// A shape.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| panic!("the model has no shape {name}"))
    }

    /// Whether a whole text matches a pattern.
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let regex = patterns.entry(pattern.to_owned()).or_insert_with(|| {
            let whole = format!("^(?:{pattern})$");
            RegexBuilder::new(&whole).unicode(false).build().expect("the model's patterns are regular")
        });
        regex.is_match(text.as_bytes())
    }

    /// Every name that a member of a request has.
    pub(crate) fn input_member_names(&self) -> Vec<&str> {
        let inputs = self.operations().map(|(_, operation)| self.shape(&operation.input.shape));
        let mut names: Vec<&str> =
            inputs.flat_map(|shape| shape.members.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
