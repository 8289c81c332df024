//! Texts taken apart at matches, as `Pattern.split` does.
//!
//! What must stay true: an empty match at the very beginning parts nothing; one at the very end parts off an empty piece,
//! which a caller that wants none drops.

use crate::error::MatchError;
use crate::pattern::Pattern;

impl Pattern {
    /// Gives the pieces of `text` to `push`, at most `pieces_max` of them, the last with all that is left. Empty pieces at
    /// the end are given too.
    pub fn split<'t, E: From<MatchError>>(
        &self,
        text: &'t str,
        pieces_max: usize,
        mut push: impl FnMut(&'t str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut matches = self.matches(text);
        let mut begin = 0;
        let mut pieces = 0;
        while pieces + 1 < pieces_max {
            let Some(found) = matches.next_range()? else { break };
            if found.end == 0 {
                continue;
            }
            push(&text[begin..found.start])?;
            pieces += 1;
            begin = found.end;
        }
        push(&text[begin..])
    }
}
