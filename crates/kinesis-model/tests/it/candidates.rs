//! Values to try at a place: those at the ends of what the model allows, and one past them.

use ciborium::Value;

use alluvium_testkit::Dice;

use crate::body::text;
use crate::samples::{STREAM_ARN, element, sample};
use crate::service_model::{ServiceModel, Shape};

/// How many texts are made from a sample by changing some of it, when the shape has a pattern.
const CHANGED_TEXTS_COUNT: usize = 300;
/// What changed texts are made of: the words of the patterns, and what they are about to refuse.
const PIECES: [&str; 18] = [
    "",
    "a",
    "Z",
    "0",
    "19",
    "_",
    ".",
    "-",
    ":",
    "/",
    " ",
    "\n",
    ":kinesis:",
    ":123456789012:",
    "stream/",
    "queue/",
    "/consumer/",
    "arn:aws",
];

/// The values to try for a shape.
pub(crate) fn candidates(model: &ServiceModel, name: &str) -> Vec<Value> {
    let shape = model.shape(name);
    match shape.kind.as_str() {
        "string" => texts(shape, text(&sample(model, name))),
        "integer" => integers(shape),
        "blob" => {
            let max = ends(shape).1.expect("blobs have a bound");
            [0, 1, max, max + 1].map(|bytes| Value::Bytes(vec![0; bytes])).to_vec()
        }
        "list" => lists(model, shape),
        "map" => maps(),
        _ => Vec::new(),
    }
}

fn ends(shape: &Shape) -> (usize, Option<usize>) {
    let length = |bound: i64| usize::try_from(bound).expect("a length");
    (shape.min.map_or(0, length), shape.max.map(length))
}

fn texts(shape: &Shape, sample: &str) -> Vec<Value> {
    let mut texts = vec![String::new(), sample.to_owned(), " ".to_owned(), STREAM_ARN.to_owned()];
    texts.extend(shape.words.iter().flatten().cloned());
    texts.extend(["ODD", "01", "-1", "1e3"].map(str::to_owned));
    // The longest hash keys and sequence numbers, and one digit more.
    texts.extend([39, 40, 129, 130].map(|digits| "9".repeat(digits)));
    if let (_, Some(max)) = ends(shape) {
        for length in [max, max + 1] {
            texts.push("a".repeat(length));
            texts.push(format!("{sample}{}", "a".repeat(length.saturating_sub(sample.len()))));
        }
    }
    if shape.pattern.is_some() {
        let mut dice = Dice::seeded(1);
        texts.extend((0..CHANGED_TEXTS_COUNT).map(|_| changed(sample, &mut dice)));
    }
    texts.into_iter().map(Value::from).collect()
}

/// A text with some of it replaced, taken out or doubled.
fn changed(sample: &str, dice: &mut Dice) -> String {
    let mut text = sample.to_owned();
    for _ in 0..=dice.below(3) {
        let start = dice.below(text.len() + 1);
        let end = start + dice.below(text.len() - start + 1).min(4);
        let piece = if dice.below(8) == 0 { text.clone() } else { (*dice.one_of(&PIECES)).to_owned() };
        text.replace_range(start..end, &piece);
    }
    text
}

fn integers(shape: &Shape) -> Vec<Value> {
    let mut numbers = vec![i64::from(i32::MIN), -1, 0, 1, i64::from(i32::MAX)];
    for end in [shape.min, shape.max].into_iter().flatten() {
        numbers.extend([end - 1, end, end + 1]);
    }
    numbers.extend([100_000, 100_001, 8_760, 8_761]);
    numbers.retain(|number| *number <= i64::from(i32::MAX));
    numbers.into_iter().map(Value::from).collect()
}

fn lists(model: &ServiceModel, shape: &Shape) -> Vec<Value> {
    let name = element(shape);
    let good = sample(model, name);
    let (min, max) = ends(shape);
    let lengths = [Some(min.saturating_sub(1)), Some(min), max, max.map(|max| max + 1)];
    let mut lists: Vec<Value> =
        lengths.into_iter().flatten().map(|length| Value::Array(vec![good.clone(); length])).collect();
    if model.shape(name).kind == "string" {
        let several = candidates(model, name).into_iter();
        lists.extend(several.map(|value| Value::Array(vec![good.clone(), value])));
    }
    lists
}

/// Maps of strings: tags are the only ones.
fn maps() -> Vec<Value> {
    let entry = |key: usize, value: usize| (Value::from("k".repeat(key)), Value::from("v".repeat(value)));
    let many =
        |count: usize| Value::Map((0..count).map(|index| (format!("k{index}").into(), "v".into())).collect());
    let mut maps = vec![many(0), many(1), many(200), many(201)];
    maps.extend(
        [(0, 0), (1, 0), (128, 256), (129, 256), (128, 257), (129, 257)]
            .map(|(key, value)| Value::Map(vec![entry(key, value)])),
    );
    maps
}
