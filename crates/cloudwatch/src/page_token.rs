//! Where a listing goes on. A token names a place and the request that it belongs to; it holds nothing to be protected, so
//! it is not signed: a forged one is at most another place in the caller's own listing.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use base64_simd::URL_SAFE_NO_PAD;

use crate::limits;

/// What a token begins with: its version.
const VERSION: &str = "1";

/// A place in the answers of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageToken {
    place: (u64, u64),
    request: u64,
}

impl PageToken {
    /// A place in the listing that `request` asks for.
    pub(crate) fn new(place: (u64, u64), request: &str) -> Self {
        Self { place, request: hash(request) }
    }

    /// Reads a token; `None` when it is none, or that of another request.
    pub(crate) fn parse(token: &str, request: &str) -> Option<Self> {
        if token.len() > limits::TOKEN_CHARS_MAX {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode_to_vec(token).ok()?).ok()?;
        let [VERSION, first, second, hashed] = text.split('.').collect::<Vec<_>>()[..] else { return None };
        let read = Self { place: (first.parse().ok()?, second.parse().ok()?), request: hashed.parse().ok()? };
        (read.request == hash(request)).then_some(read)
    }

    pub(crate) fn place(&self) -> (u64, u64) {
        self.place
    }
}

/// As the text that a client is given.
impl fmt::Display for PageToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{VERSION}.{}.{}.{}", self.place.0, self.place.1, self.request);
        formatter.write_str(&URL_SAFE_NO_PAD.encode_to_string(text))
    }
}

fn hash(request: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_request_and_no_other() {
        let token = PageToken::new((7, 9), "request").to_string();
        assert_eq!(PageToken::parse(&token, "request").map(|token| token.place()), Some((7, 9)));
        assert_eq!(PageToken::parse(&token, "another"), None);
        for bad in ["", "x", "AAAA", &"A".repeat(100_000), &URL_SAFE_NO_PAD.encode_to_string("1.2.3")] {
            assert_eq!(PageToken::parse(bad, "request"), None, "{bad:.40}");
        }
    }
}
