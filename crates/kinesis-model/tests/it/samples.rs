//! Bodies that the model allows: one with every member for each operation, and the places in it.

use ciborium::Value;

use crate::body::Step;
use crate::service_model::{ServiceModel, Shape};

pub(crate) const STREAM_ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/a";
const CONSUMER_ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/a/consumer/b:1700000000";

/// A place in a body.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The way to it.
    pub(crate) steps: Vec<Step>,
    /// Its name in exceptions.
    pub(crate) told: String,
    /// Its shape's name.
    pub(crate) shape: String,
    /// Whether it has to be there.
    pub(crate) required: bool,
}

/// A value of a shape with every member. Members that mean the same thing agree.
pub(crate) fn sample(model: &ServiceModel, name: &str) -> Value {
    let shape = model.shape(name);
    match name {
        "ShardId" => return "shardId-000000000000".into(),
        "StreamARN" | "ResourceARN" => return STREAM_ARN.into(),
        "ConsumerARN" => return CONSUMER_ARN.into(),
        "ConsumerName" => return "b".into(),
        "StreamId" => return "abcdefghij0123456789-xyz".into(),
        "HashKey" | "SequenceNumber" => return "0".into(),
        "RetentionPeriodHours" => return 24.into(),
        _ => {}
    }
    match shape.kind.as_str() {
        "string" => match &shape.words {
            Some(words) => words[0].as_str().into(),
            None => "a".into(),
        },
        "integer" | "long" => shape.min.unwrap_or(1).into(),
        "boolean" => true.into(),
        "timestamp" => Value::Tag(1, Box::new(1_700_000_000_500_i64.into())),
        "blob" => Value::Bytes(vec![0, 0xff]),
        "list" => Value::Array(vec![sample(model, element(shape))]),
        "map" => Value::Map(vec![("a".into(), "b".into())]),
        "structure" => Value::Map(
            shape
                .members
                .iter()
                .map(|(name, member)| (name.as_str().into(), sample(model, &member.shape)))
                .collect(),
        ),
        other => panic!("a request with a {other}"),
    }
}

/// The shape of a list's elements.
pub(crate) fn element(shape: &Shape) -> &str {
    &shape.member.as_ref().expect("a list has a shape of its elements").shape
}

/// Every member of a structure that a sample has, at every depth.
pub(crate) fn places(model: &ServiceModel, structure: &str) -> Vec<Place> {
    let mut found = Vec::new();
    collect(model, structure, &[], "", &mut found);
    found
}

fn collect(model: &ServiceModel, structure: &str, steps: &[Step], told: &str, found: &mut Vec<Place>) {
    let shape = model.shape(structure);
    for (name, member) in &shape.members {
        let steps = [steps, &[Step::Member(name.clone())]].concat();
        let told = format!("{told}{}", lower_first(name));
        let required = shape.required.contains(name);
        let member_shape = model.shape(&member.shape);
        if member_shape.kind == "structure" {
            collect(model, &member.shape, &steps, &format!("{told}."), found);
        } else if member_shape.kind == "list" && model.shape(element(member_shape)).kind == "structure" {
            let steps = [&steps[..], &[Step::Element]].concat();
            collect(model, element(member_shape), &steps, &format!("{told}.1.member."), found);
        }
        found.push(Place { steps, told, shape: member.shape.clone(), required });
    }
}

fn lower_first(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_lowercase() + rest
}
