//! How long verifying a signature takes: prints nanoseconds for reading the signature of a PutRecord of 1 KiB, for reading and
//! checking it with its signing key at hand, and for signing it. The best of several rounds counts, since a busy machine only ever
//! adds time. With a number as its argument it does only that many verifications, for a counter of instructions to look at.
//!
//! `cargo run --release -p alluvium-sigv4 --example verify_speed`

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use alluvium_sigv4::{
    Credentials, Expected, Presented, RequestRef, SigningKeyCache, SigningParams, check, sign,
};
use http::Request;

const ROUNDS: usize = 20;
const CALLS_PER_ROUND: u32 = 20_000;

fn main() -> ExitCode {
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
    let now = SystemTime::UNIX_EPOCH + Duration::from_mins(24_015_636);
    let keys = SigningKeyCache::default();
    let params = SigningParams {
        credentials: &credentials,
        region: "us-east-1",
        service: "kinesis",
        now,
        keys: Some(&keys),
    };
    let body = vec![b'x'; 1_400];
    let request = Request::post("/")
        .header("host", "kinesis.us-east-1.amazonaws.com")
        .header("x-amz-target", "Kinesis_20131202.PutRecord")
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "user-agent",
            "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11",
        );
    let Ok(request) = request.body(()) else { return ExitCode::FAILURE };
    let (mut parts, ()) = request.into_parts();
    if sign(&mut parts, &body, &params).is_err() {
        return ExitCode::FAILURE;
    }
    let view = RequestRef { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body: &body };
    let expected = Expected::new("kinesis", now);
    let verify = || {
        let presented = Presented::parse(black_box(&view));
        let outcome = presented.map(|presented| {
            check(&presented, &credentials.secret_access_key, &view, &expected, &keys).is_ok()
        });
        assert!(matches!(black_box(outcome), Ok(true)), "the signature is right");
    };
    if let Some(count) = std::env::args().nth(1).and_then(|count| count.parse::<u32>().ok()) {
        (0..count).for_each(|_| verify());
        return ExitCode::SUCCESS;
    }
    let mut out = std::io::stdout().lock();
    let reading = best_of_rounds(|| assert!(black_box(Presented::parse(black_box(&view))).is_ok()));
    let _ = writeln!(out, "read: {reading:.0} ns");
    let _ = writeln!(out, "read and check: {:.0} ns", best_of_rounds(verify));
    let signing = best_of_rounds(|| {
        let mut signed = parts.clone();
        assert!(sign(&mut signed, black_box(&body), &params).is_ok());
    });
    let _ = writeln!(out, "sign: {signing:.0} ns");
    ExitCode::SUCCESS
}

/// Nanoseconds of one call.
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement needs the real clock, and nothing here is ever paused"
)]
fn best_of_rounds(mut call: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        (0..CALLS_PER_ROUND).for_each(|_| call());
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(CALLS_PER_ROUND));
    }
    best
}
