//! Every member of every answer against botocore's model, in both wire formats: that it is in the model and of its type, that
//! required ones are there, and that none of the model's is forgotten.

use std::collections::BTreeSet;

use ciborium::Value;

use crate::outputs::{self, Written};
use crate::service_model::{ServiceModel, Shape};

/// The shape of what an answer writes: for SubscribeToShard the event of its stream.
fn written_shape<'a>(model: &'a ServiceModel, operation: &str) -> Option<&'a str> {
    let output = &model.operation(operation).output.as_ref()?.shape;
    let stream = model.shape(output).members.values().find(|member| model.shape(&member.shape).eventstream);
    match stream {
        Some(stream) => Some(&model.shape(&stream.shape).members["SubscribeToShardEvent"].shape),
        None => Some(output),
    }
}

#[test]
fn answers_are_what_the_model_says() {
    let Some(model) = ServiceModel::load() else { return };
    for (operation, Written { json, cbor }) in outputs::all() {
        let shape = written_shape(&model, operation).expect("the model has an answer");
        let read: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let mut wire = Walk { model: &model, is_cbor: false, seen: BTreeSet::new() };
        wire.check(operation, shape, &Value::serialized(&read).expect("a tree"));
        wire.check_complete(operation, shape);
        let mut wire = Walk { model: &model, is_cbor: true, seen: BTreeSet::new() };
        wire.check(operation, shape, &ciborium::from_reader(cbor.as_slice()).expect("CBOR"));
        wire.check_complete(operation, shape);
    }
}

#[test]
fn every_operation_with_an_answer_is_looked_at() {
    let Some(model) = ServiceModel::load() else { return };
    let answered: BTreeSet<&str> = outputs::all().into_iter().map(|(name, _)| name).collect();
    let published: BTreeSet<&str> = model
        .operations()
        .filter(|(_, operation)| operation.output.is_some())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(answered, published);
}

/// A walk through one answer.
struct Walk<'a> {
    model: &'a ServiceModel,
    is_cbor: bool,
    /// The members that were there, as structure and name.
    seen: BTreeSet<(String, String)>,
}

impl Walk<'_> {
    fn check(&mut self, path: &str, name: &str, value: &Value) {
        let shape = self.model.shape(name);
        match (shape.kind.as_str(), value) {
            ("structure", Value::Map(members)) => self.check_structure(path, name, shape, members),
            ("list", Value::Array(list)) => {
                let element = &shape.member.as_ref().expect("a list has elements").shape;
                for value in list {
                    self.check(&format!("{path}[]"), element, value);
                }
                check_length(path, shape, list.len());
            }
            ("string", Value::Text(text)) => check_text(self.model, path, shape, text),
            ("timestamp", Value::Tag(1, millis)) if self.is_cbor && millis.is_integer() => {}
            ("blob", Value::Bytes(_)) if self.is_cbor => {}
            ("timestamp", Value::Float(_)) | ("blob", Value::Text(_)) if !self.is_cbor => {}
            ("integer" | "long", Value::Integer(_)) | ("boolean", Value::Bool(_)) => {}
            (kind, value) => panic!("{path} is a {kind}, and was written as {value:?}"),
        }
    }

    fn check_structure(&mut self, path: &str, name: &str, shape: &Shape, members: &[(Value, Value)]) {
        let written: Vec<&str> = members.iter().map(|(name, _)| name.as_text().expect("a name")).collect();
        for required in &shape.required {
            assert!(written.contains(&required.as_str()), "{path} has no {required}");
        }
        let once: BTreeSet<&&str> = written.iter().collect();
        assert_eq!(once.len(), written.len(), "{path} has a member twice");
        for (member, value) in members {
            let member = member.as_text().expect("a name");
            let reference = shape.members.get(member).unwrap_or_else(|| panic!("{path} has a {member}"));
            self.seen.insert((name.to_owned(), member.to_owned()));
            self.check(&format!("{path}.{member}"), &reference.shape, value);
        }
    }

    /// Every member of the structures that were there was there too.
    fn check_complete(&self, path: &str, name: &str) {
        let mut structures = BTreeSet::from([name.to_owned()]);
        structures.extend(self.seen.iter().map(|(structure, _)| structure.clone()));
        for structure in structures {
            for member in self.model.shape(&structure).members.keys() {
                let place = (structure.clone(), member.clone());
                assert!(self.seen.contains(&place), "{path}: {structure}.{member} is never written");
            }
        }
    }
}

fn check_text(model: &ServiceModel, path: &str, shape: &Shape, text: &str) {
    check_length(path, shape, text.len());
    if let Some(words) = &shape.words {
        assert!(words.iter().any(|word| word == text), "{path} is {text:?}, not one of {words:?}");
    }
    if let Some(pattern) = &shape.pattern {
        assert!(model.matches(pattern, text), "{path} is {text:?}, not {pattern}");
    }
}

fn check_length(path: &str, shape: &Shape, length: usize) {
    let length = i64::try_from(length).expect("63 bits");
    let good = shape.min.is_none_or(|min| length >= min) && shape.max.is_none_or(|max| length <= max);
    assert!(good, "{path} has the length {length}, outside {:?} to {:?}", shape.min, shape.max);
}
