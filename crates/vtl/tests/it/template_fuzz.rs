//! The short run of the fuzz target `template`: templates made from the seeds by seeded changes, the same in every run. Long runs
//! are `cargo fuzz` (CONTRIBUTING.md).

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

/// Random numbers that are the same in every run: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from(mixed >> 33).unwrap_or_default() % bound
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds/template");
    let mut paths: Vec<_> = fs_err::read_dir(directory)
        .expect("the seeds are there")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| fs_err::read(path).expect("a seed")).collect()
}

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
    for seed in seeds() {
        assert_eq!(as_template(&seed), Verdict::Rendered, "{}", String::from_utf8_lossy(&seed));
    }
}

#[test]
fn changed_templates_render_within_their_limits_or_are_refused_where_they_are_wrong() {
    let mut dice = Dice(1);
    let mut seen = Vec::new();
    for seed in seeds() {
        for _ in 0..TEMPLATES_PER_SEED_COUNT {
            seen.push(as_template(&changed(&seed, &mut dice)));
        }
    }
    for verdict in [Verdict::Refused, Verdict::Failed, Verdict::Stopped, Verdict::Rendered] {
        assert!(seen.contains(&verdict), "no template was {verdict:?}");
    }
}
