//! The short run of the fuzz target `definition`: definitions made from the seeds by seeded changes, the same in every run. Long
//! runs are `cargo fuzz` (CONTRIBUTING.md).

use std::path::Path;

use alluvium_testkit::{Dice, seeds};

use crate::foreign_definitions::{Verdict, as_definition};

/// How many definitions are made from each seed.
const DEFINITIONS_PER_SEED_COUNT: usize = 150;

/// What readers of definitions trip over.
const PIECES: [&[u8]; 26] = [
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"''",
    b"-1",
    b"1e400",
    b".nan",
    b"99999999999999999999",
    b"\xff",
    b"\n",
    b"\t",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"<<: ",
    b"$ref",
    b"'#/components/schemas/Pet'",
    b"'#/'",
    b"{x}",
    b"{proxy+}",
    b"#if(",
    b"${stageVariables.a}",
    b"!!binary ",
    b"[[[[[[[[",
];

/// Words are the pieces of a definition that are worth changing.
fn word_starts(bytes: &[u8]) -> Vec<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    let starts = (1..bytes.len()).filter(|at| is_word(bytes[*at]) && !is_word(bytes[at - 1]));
    starts.collect()
}

fn changed(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(3) {
        let starts = word_starts(&bytes);
        let Some(at) = starts.get(dice.below(starts.len().max(1))).copied() else { break };
        let end = (at..bytes.len()).find(|end| !bytes[*end].is_ascii_alphanumeric()).unwrap_or(bytes.len());
        match dice.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..end, PIECES[dice.below(PIECES.len())].iter().copied())),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            3 => {
                let other = starts[dice.below(starts.len())];
                let word: Vec<u8> =
                    bytes[other..].iter().copied().take_while(u8::is_ascii_alphanumeric).collect();
                drop(bytes.splice(at..end, word));
            }
            _ => bytes.truncate(at.max(bytes.len() / 2)),
        }
    }
    bytes
}

#[test]
fn the_seeds_are_taken() {
    for seed in seeds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/definition"))) {
        let verdict = as_definition(&seed);
        assert!(
            verdict.is_taken && verdict.exports_are_taken,
            "{verdict:?} {}",
            String::from_utf8_lossy(&seed)
        );
    }
}

#[test]
fn changed_definitions_are_taken_or_refused_and_what_is_exported_is_taken() {
    let mut dice = Dice::seeded(1);
    let mut taken_count = 0;
    for seed in seeds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/definition"))) {
        for _ in 0..DEFINITIONS_PER_SEED_COUNT {
            let bytes = changed(&seed, &mut dice);
            let Verdict { is_taken, exports_are_taken } = as_definition(&bytes);
            assert!(exports_are_taken, "an export is refused: {}", String::from_utf8_lossy(&bytes));
            taken_count += usize::from(is_taken);
        }
    }
    assert!(taken_count > DEFINITIONS_PER_SEED_COUNT / 4, "{taken_count} definitions were taken");
}
