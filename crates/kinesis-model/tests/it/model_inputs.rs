//! Every member of every operation against botocore's model, in both wire formats: which members there are, which have to be
//! there, their types, bounds, patterns and words.

use alluvium_kinesis_model::Exception;
use bytes::Bytes;
use ciborium::Value;

use crate::body::{self, Step};
use crate::candidates::candidates;
use crate::departures::REQUIRED_BESIDE;
use crate::inputs::{INPUTS, Input};
use crate::samples::{Place, places, sample};
use crate::service_model::ServiceModel;
use crate::told::{told, told_missing};

/// The body in each wire format.
fn verdicts(input: &Input, body: &Value) -> [(&'static str, Result<(), Exception>); 2] {
    let cbor = Bytes::from(body::cbor(body));
    [("JSON", (input.json)(&body::json(body))), ("CBOR", (input.cbor)(&cbor))]
}

/// Calls `check` with each operation, the shape of its input, and a body that has every member.
fn for_each(check: impl Fn(&ServiceModel, &Input, &str, &Value)) {
    let Some(model) = ServiceModel::load() else { return };
    for input in INPUTS {
        let shape = &model.operation(input.name).input.shape;
        check(&model, input, shape, &sample(&model, shape));
    }
}

/// A body is refused with exactly this text, or, without one, for no constraint.
fn check_told(input: &Input, what: &str, body: &Value, expected: Option<&str>) {
    for (format, verdict) in verdicts(input, body) {
        let answered = verdict.err().map(|exception| exception.to_string());
        let constraint = answered
            .as_deref()
            .filter(|text| text.contains("validation error") || text.starts_with("SerializationException"));
        assert!(
            constraint == expected,
            "{}, {format}, {what}:\nanswered {answered:.600?}\nexpected {expected:.600?}",
            input.name
        );
    }
}

#[test]
fn the_operations_are_those_of_the_model() {
    let Some(model) = ServiceModel::load() else { return };
    let built: Vec<&str> = INPUTS.iter().map(|input| input.name).collect();
    let published: Vec<&str> = model.operations().map(|(name, _)| name).collect();
    assert_eq!(built, published);
}

#[test]
fn a_body_with_every_member_is_taken() {
    for_each(|_, input, _, body| {
        for (format, verdict) in verdicts(input, body) {
            assert_eq!(verdict, Ok(()), "{} in {format}: {body:?}", input.name);
        }
    });
}

#[test]
fn members_have_to_be_there_that_the_model_marks_and_no_others() {
    for_each(|model, input, shape, body| {
        for place in places(model, shape) {
            let required = place.required || REQUIRED_BESIDE.contains(&(input.name, place.told.as_str()));
            let expected = required.then(|| told_missing(&place.told));
            let absent = body::with(body, &place.steps, None);
            check_told(input, &format!("{} is absent", place.told), &absent, expected.as_deref());
            let null = body::with(body, &place.steps, Some(Value::Null));
            check_told(input, &format!("{} is null", place.told), &null, expected.as_deref());
        }
    });
}

#[test]
fn bounds_patterns_and_words_are_those_of_the_model() {
    for_each(|model, input, shape, body| {
        for place in places(model, shape) {
            for value in candidates(model, &place.shape) {
                let expected = told(model, &place, &value);
                let changed = body::with(body, &place.steps, Some(value.clone()));
                let what = format!("{} is {value:.300?}", place.told);
                check_told(input, &what, &changed, expected.as_deref());
            }
        }
    });
}

#[test]
fn members_of_the_wrong_type_are_told_in_the_words_of_coral() {
    for_each(|model, input, shape, body| {
        for place in places(model, shape) {
            for (value, expected) in wrong_types(model, &place) {
                let changed = body::with(body, &place.steps, Some(value.clone()));
                let expected = format!("SerializationException: {expected}");
                check_told(input, &format!("{} is {value:?}", place.told), &changed, Some(&expected));
            }
        }
    });
}

#[test]
fn members_that_an_operation_does_not_have_are_not_looked_at() {
    for_each(|model, input, shape, body| {
        let strangers = model
            .input_member_names()
            .into_iter()
            .filter(|name| !model.shape(shape).members.contains_key(*name));
        for name in strangers.chain(["More"]) {
            let step = [Step::Member(name.to_owned())];
            for odd in [Value::Bool(true), Value::Array(Vec::new()), Value::Map(Vec::new())] {
                let changed = body::with(body, &step, Some(odd));
                for (format, verdict) in verdicts(input, &changed) {
                    assert_eq!(verdict, Ok(()), "{} in {format} with {name}", input.name);
                }
            }
        }
    });
}

#[test]
fn a_request_that_names_no_stream_is_refused() {
    for_each(|model, input, shape, body| {
        let names = ["StreamName", "StreamARN", "StreamId", "ConsumerARN", "NextToken"];
        let known = &model.shape(shape).members;
        if !known.contains_key("StreamARN") || known.contains_key("ShardIterator") {
            return; // Names a resource or nothing, or has a token that names the stream.
        }
        let mut without = body.clone();
        for name in names {
            without = body::with(&without, &[Step::Member(name.to_owned())], None);
        }
        for (format, verdict) in verdicts(input, &without) {
            let exception = verdict.expect_err(input.name);
            let errors = &model.operation(input.name).errors;
            let kind = exception.kind.wire_name();
            let modelled = kind == "ValidationException" || errors.iter().any(|error| error.shape == kind);
            assert!(modelled, "{} in {format}: {exception}", input.name);
        }
    });
}

const LIST: &str = "Start of list found where not expected";
const STRUCTURE: &str = "Start of structure or map found where not expected.";

/// Values of every type that is not the place's, with what the service answers to each.
fn wrong_types(model: &ServiceModel, place: &Place) -> Vec<(Value, String)> {
    let empty_list = Value::Array(Vec::new());
    let empty_map = Value::Map(Vec::new());
    let class = |name: &str, wanted: &str| format!("class {name} can not be converted to {wanted}");
    let boolean = |wanted| (Value::Bool(true), class("java.lang.Boolean", wanted));
    let number =
        |wanted| (Value::from(23), class("com.amazon.coral.value.json.numbers.TruncatingBigNumber", wanted));
    let text = |wanted| (Value::from("23"), class("java.lang.String", wanted));
    let nested = [(empty_list.clone(), LIST.to_owned()), (empty_map.clone(), STRUCTURE.to_owned())];
    let scalars = |told: &str| {
        [Value::from("23"), Value::from(23), Value::Bool(true)].map(|value| (value, told.to_owned())).to_vec()
    };
    match model.shape(&place.shape).kind.as_str() {
        "string" => [&[boolean("an String"), number("an String")][..], &nested].concat(),
        "integer" => [&[boolean("an Integer"), text("an Integer")][..], &nested].concat(),
        "timestamp" => {
            let wanted = "milliseconds since epoch";
            [&[boolean(wanted), text(wanted)][..], &nested].concat()
        }
        "blob" => [&[boolean("a Blob"), number("a Blob")][..], &nested].concat(),
        "boolean" => {
            let word = (Value::from("23"), "'23' can not be converted to an Boolean".to_owned());
            [&[word, number("an Boolean")][..], &nested].concat()
        }
        "list" => [scalars("Expected list or null"), vec![(empty_map, STRUCTURE.to_owned())]].concat(),
        "map" => [scalars("Expected map or null"), vec![(empty_list, LIST.to_owned())]].concat(),
        "structure" => [scalars("Expected null"), vec![(empty_list, LIST.to_owned())]].concat(),
        other => panic!("a request with a {other}"),
    }
}
