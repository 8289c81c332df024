//! The short run of the fuzz targets: bodies made from the seeds by seeded changes, the same in every run. Long runs are
//! `cargo fuzz` (CONTRIBUTING.md).

use alluvium_testkit::Dice;

use crate::inputs::{self, INPUTS, check_hot_paths, read_cbor_as_all, read_json_as_all};
use crate::seeds::seeds;

/// How many bodies are made from each seed.
const BODIES_PER_SEED_COUNT: usize = 200;

/// Values that readers trip over, in JSON.
const JSON_PIECES: [&[u8]; 14] = [
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"-1",
    b"1e400",
    b"99999999999999999999",
    b"0.1",
    b"\"\\ud800\"",
    b"\xff",
    b"\"MTIz=\"",
    b",",
    b"[[[[[[[[",
];
/// The same in CBOR: null, undefined, a break, openings of every kind with lengths and without, tags, floats, ends of numbers.
const CBOR_PIECES: [&[u8]; 16] = [
    b"\xf6",
    b"\xf7",
    b"\xff",
    b"\x80",
    b"\xa0",
    b"\x9f",
    b"\xbf",
    b"\x5f\x41a",
    b"\x7f\x61a",
    b"\xc1",
    b"\xd9\xd9\xf7",
    b"\xf9\x7e\x00",
    b"\xfb\xff\xf0\x00\x00\x00\x00\x00\x00",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x5b\x00\x00\x00\x01\x00\x00\x00\x00",
    b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
];

#[test]
fn changed_json_bodies_are_taken_or_refused() {
    run(&seeds("json_body", "json"), &JSON_PIECES, read_json_as_all);
}

#[test]
fn changed_cbor_bodies_are_taken_or_refused() {
    run(&seeds("cbor_body", "cbor"), &CBOR_PIECES, read_cbor_as_all);
}

#[test]
fn bodies_that_are_read_without_a_tree_are_read_as_with_one() {
    let seeds = [
        br#"{"StreamName":"a","PartitionKey":"k","Data":"AP8="}"#.to_vec(),
        br#" { "Data" : "" , "PartitionKey":"\u006b","ExplicitHashKey":"7","DryRun":true,"StreamARN":null}"#.to_vec(),
        br#"{"StreamId":"a","SequenceNumberForOrdering":"1","DryRun": false ,"Data":"AA==","Data":"AP8="}"#.to_vec(),
        br#"{"Records":[{"Data":"AP8=","PartitionKey":"k"},{"Data":"","ExplicitHashKey":"7"}],"StreamName":"a"}"#.to_vec(),
        br#"{"Records":[],"Records":[{}],"StreamName":"a","StreamName":"b","More":[{"x":1}]}"#.to_vec(),
    ];
    run_longer(20 * BODIES_PER_SEED_COUNT, &seeds, &JSON_PIECES, check_hot_paths);
}

#[test]
fn the_seeds_of_our_own_operations_are_taken() {
    for (json, input) in seeds("json_body", "json").iter().zip(inputs::all()).skip(INPUTS.len()) {
        assert_eq!((input.json)(json), Ok(()), "{}", input.name);
    }
    for (cbor, input) in seeds("cbor_body", "cbor").into_iter().zip(inputs::all()).skip(INPUTS.len()) {
        assert_eq!((input.cbor)(&cbor.into()), Ok(()), "{}", input.name);
    }
}

#[test]
fn bodies_cut_short_are_refused() {
    for (json, input) in seeds("json_body", "json").iter().zip(inputs::all()) {
        for end in 0..json.len() {
            assert!((input.json)(&json[..end]).is_err(), "{} was taken with {end} bytes", input.name);
        }
    }
    for (cbor, input) in seeds("cbor_body", "cbor").iter().zip(inputs::all()) {
        for end in 0..cbor.len() {
            let cut = cbor[..end].to_vec().into();
            assert!((input.cbor)(&cut).is_err(), "{} was taken with {end} bytes", input.name);
        }
    }
}

fn run(seeds: &[Vec<u8>], pieces: &[&[u8]], read: impl Fn(&[u8])) {
    run_longer(BODIES_PER_SEED_COUNT, seeds, pieces, read);
}

fn run_longer(bodies_per_seed: usize, seeds: &[Vec<u8>], pieces: &[&[u8]], read: impl Fn(&[u8])) {
    let mut dice = Dice::seeded(3);
    for seed in seeds {
        read(seed);
        for _ in 0..bodies_per_seed {
            let mut body = seed.clone();
            for _ in 0..=dice.below(4) {
                change(&mut body, seeds, pieces, &mut dice);
            }
            read(&body);
        }
    }
}

/// One change: a bit, a byte, a stretch taken out or doubled, a piece of a value, or a piece of another body.
fn change(body: &mut Vec<u8>, seeds: &[Vec<u8>], pieces: &[&[u8]], dice: &mut Dice) {
    let start = dice.below(body.len() + 1);
    let end = start + dice.below(body.len() - start + 1).min(24);
    match dice.below(7) {
        0 if start < body.len() => body[start] ^= 1 << dice.below(8),
        1 if start < body.len() => body[start] = dice.below(256) as u8,
        2 => drop(body.drain(start..end)),
        3 => {
            let stretch = body[start..end].to_vec();
            body.splice(start..start, stretch);
        }
        4 => {
            body.splice(start..end, dice.one_of(pieces).iter().copied());
        }
        5 => {
            let other = dice.one_of(seeds);
            let from = dice.below(other.len() + 1);
            let to = from + dice.below(other.len() - from + 1);
            body.splice(start..end, other[from..to].iter().copied());
        }
        _ => {
            body.splice(start..start, dice.one_of(pieces).iter().copied());
        }
    }
}
