//! How long one rendering takes: prints nanoseconds and the characters that were rendered for the two templates of the Pinterest
//! example, with host objects that answer from memory, so that the engine is measured and not what stands behind `$input` and `$util`. The best of several rounds counts,
//! since a busy machine only ever adds time.
//!
//! `cargo run --release -p alluvium-vtl --example render_speed`, or `cargo xtask bench templates` for others beside it.

use std::{hint::black_box, io::Write, process::ExitCode, sync::Arc, time::Instant};

use alluvium_vtl::{Context, HostError, HostObject, Limits, Template, Value};

const PUT_RECORD: &str = include_str!("../../../bench/templates/put_record.vtl");
const PUT_RECORDS: &str = include_str!("../../../bench/templates/put_records.vtl");

const ROUNDS: usize = 60;
const RENDERINGS_PER_ROUND: u32 = 20_000;

/// `$input`, with its answers at hand.
struct Input {
    stream_name: Value,
    data: Value,
    partition_key: Value,
    records: Value,
}

impl HostObject for Input {
    fn print(&self, _out: &mut String) {}

    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        Ok(match (method, arguments.first().and_then(Value::as_str)) {
            ("params", Some("stream-name")) => self.stream_name.clone(),
            ("json", Some("$.Data")) => self.data.clone(),
            ("path", Some("$.PartitionKey")) => self.partition_key.clone(),
            ("path", Some("$.records")) => self.records.clone(),
            _ => Value::Null,
        })
    }
}

/// `$util`, whose encoding is the text itself.
struct Util;

impl HostObject for Util {
    fn print(&self, _out: &mut String) {}

    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        Ok(match (method, arguments) {
            ("base64Encode", [value]) => value.clone(),
            _ => Value::Null,
        })
    }
}

fn main() -> ExitCode {
    let limits = Limits::default();
    let mut out = std::io::stdout().lock();
    for (name, source) in [("put_record", PUT_RECORD), ("put_records", PUT_RECORDS)] {
        let template = match Template::parse(name, source, &limits) {
            Ok(template) => template,
            Err(error) => {
                let _ = writeln!(out, "{error}");
                return ExitCode::FAILURE;
            }
        };
        let context = context();
        let nanoseconds = best_of_rounds(&template, &context, &limits);
        let characters = template.render(&context, &limits).map_or(0, |text| text.chars().count());
        let _ = writeln!(out, "{name} {nanoseconds:.0} {characters}");
    }
    ExitCode::SUCCESS
}

fn context() -> Context {
    let record = |number: i32| {
        let entries =
            [("data", Value::from("x".repeat(96))), ("partition-key", Value::from(number.to_string()))];
        Value::Map(entries.into_iter().collect())
    };
    let input = Input {
        stream_name: Value::from("streaming-0a1b2c3d4e5f-pin"),
        data: Value::from("x".repeat(128)),
        partition_key: Value::from("7528"),
        records: Value::json_array((0..10).map(record).collect()),
    };
    let mut context = Context::new();
    context.set("input", Arc::new(input)).set("util", Arc::new(Util));
    context
}

/// Nanoseconds of one rendering.
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement needs the real clock, and nothing here is ever paused"
)]
fn best_of_rounds(template: &Template, context: &Context, limits: &Limits) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..RENDERINGS_PER_ROUND {
            let _ = black_box(template.render(black_box(context), limits));
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(RENDERINGS_PER_ROUND));
    }
    best
}
