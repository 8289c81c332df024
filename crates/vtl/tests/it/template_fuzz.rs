//! The short run of the fuzz target `template`: templates made from the seeds by seeded changes, the same in every run. Long runs
//! are `cargo fuzz` (CONTRIBUTING.md).

use std::path::Path;

use alluvium_testkit::{Dice, seeds};

use crate::foreign_templates::{Verdict, as_template};

/// How many templates are made from each seed.
const TEMPLATES_PER_SEED_COUNT: usize = 400;

/// What readers and writers of templates trip over.
const PIECES: [&str; 32] = [
    "$",
    "#",
    "\\",
    "\"",
    "'",
    "''",
    "\"\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    "null",
    "-1",
    "1e400",
    "99999999999999999999",
    "#end",
    "#if(",
    "#foreach($i in [1..9999])",
    "#define($m)",
    "#set($s = \"$s$s\")",
    "#[[",
    "#*",
    "##",
    "\\u",
    "é😀",
    "\r\n",
    "$l.add($l)",
    "$s.format('%9999d', 1)",
    "$s.replaceAll('(a*)*', '$1$1')",
];

fn changed(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = bytes.len().min(at + dice.below(8));
        match dice.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..end, PIECES[dice.below(PIECES.len())].bytes())),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
            3 => {
                let piece = bytes[at..].iter().copied().take(dice.below(60)).collect::<Vec<_>>();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
            _ => bytes.truncate(at.max(bytes.len() / 2)),
        }
    }
    bytes
}

#[test]
fn the_seeds_render() {
    for seed in seeds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/template"))) {
        assert_eq!(as_template(&seed), Verdict::Rendered, "{}", String::from_utf8_lossy(&seed));
    }
}

#[test]
fn changed_templates_render_within_their_limits_or_are_refused_where_they_are_wrong() {
    let mut dice = Dice::seeded(1);
    let mut seen = Vec::new();
    for seed in seeds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/template"))) {
        for _ in 0..TEMPLATES_PER_SEED_COUNT {
            seen.push(as_template(&changed(&seed, &mut dice)));
        }
    }
    for verdict in [Verdict::Refused, Verdict::Failed, Verdict::Stopped, Verdict::Rendered] {
        assert!(seen.contains(&verdict), "no template was {verdict:?}");
    }
}
