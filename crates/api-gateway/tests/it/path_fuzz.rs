//! The short run of the fuzz target `jsonpath`: paths made from the seeds by seeded changes, the same in every run. Long runs are
//! `cargo fuzz` (CONTRIBUTING.md).

use alluvium_testkit::Dice;

use crate::foreign_paths::{Verdict, as_path};

/// How many paths are made from each seed.
const PATHS_PER_SEED_COUNT: usize = 40;

/// What readers of paths trip over.
const PIECES: [&str; 30] = [
    "$",
    "@",
    "..",
    ".",
    "[",
    "]",
    "(",
    ")",
    "[?(",
    "?",
    "!",
    "&&",
    "||",
    "==",
    "===",
    "=~ /(a*)*/i",
    "/",
    "'",
    "\"",
    "\\",
    "*",
    ":",
    ",",
    "-1",
    "99999999999999999999",
    "1e400",
    "null",
    "[[1,'a'],{}]",
    "é😀",
    ".length()",
];

/// One path a line.
fn seeds() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/jsonpath/paths.txt");
    let seeds = fs_err::read_to_string(path).expect("the seeds are there");
    seeds.lines().map(str::to_owned).collect()
}

fn changed(seed: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = bytes.len().min(at + dice.below(5));
        match dice.below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..end, PIECES[dice.below(PIECES.len())].bytes())),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
            _ => {
                let piece = bytes[at..].iter().copied().take(dice.below(20)).collect::<Vec<_>>();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
        }
    }
    bytes
}

#[test]
fn the_seeds_are_evaluated() {
    for seed in seeds() {
        assert_eq!(as_path(seed.as_bytes()), Verdict::Evaluated, "{seed}");
    }
}

#[test]
fn changed_paths_are_evaluated_or_refused_where_they_are_wrong() {
    let mut dice = Dice::seeded(1);
    let mut seen = Vec::new();
    for seed in seeds() {
        for _ in 0..PATHS_PER_SEED_COUNT {
            seen.push(as_path(&changed(&seed, &mut dice)));
        }
    }
    assert_eq!(as_path(b"$.a\n{"), Verdict::Failed);
    for verdict in [Verdict::Refused, Verdict::Evaluated] {
        assert!(seen.contains(&verdict), "no path was {verdict:?}");
    }
}
