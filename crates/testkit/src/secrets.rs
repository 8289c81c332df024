//! The search for secrets in everything that was kept of a run of the tests.
//!
//! What must stay true: a secret counts as leaked wherever it stands but in the answers whose purpose is to hand it out (those that
//! AWS defines), and there only in the member that AWS defines. A report never shows a secret.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::Value;

use crate::recording::{RECORDS_ENDING, SECRETS_ENDING};

/// The shortest secret, in bytes.
pub const SECRET_BYTES_MIN: usize = 12;
/// How much is shown around a secret that was found, in characters.
const SHOWN_CHARS: usize = 80;

/// The answers of IAM and STS that hand out secrets, by the name of their element.
const QUERY_ANSWERS: [&str; 4] = [
    "<CreateAccessKeyResponse",
    "<AssumeRoleResponse",
    "<GetSessionTokenResponse",
    "<GetFederationTokenResponse",
];
/// The elements of those answers that are secret.
const QUERY_MEMBERS: [&str; 2] = ["SecretAccessKey", "SessionToken"];

/// What a search found.
#[derive(Debug, Default)]
pub struct SecretSearch {
    /// How many different secrets were searched for.
    pub secrets: usize,
    /// How many outputs and answers were searched.
    pub records: usize,
    /// How many bytes they have together.
    pub bytes: usize,
    /// Where secrets were found, a line each.
    pub leaks: Vec<String>,
}

/// Searches what a run kept in a directory.
pub fn search_for_secrets(directory: &Path) -> io::Result<SecretSearch> {
    let mut secrets = BTreeMap::new();
    for line in lines_of(directory, SECRETS_ENDING)? {
        if let (Some(value), Some(what)) = (line["value"].as_str(), line["what"].as_str()) {
            secrets.entry(value.to_owned()).or_insert_with(|| what.to_owned());
        }
    }
    let mut found = SecretSearch { secrets: secrets.len(), ..SecretSearch::default() };
    for line in lines_of(directory, RECORDS_ENDING)? {
        let text = line["text"].as_str().unwrap_or_default();
        let request = line["request"].as_str().unwrap_or_default();
        found.records += 1;
        found.bytes += text.len();
        let searched = without_defined_places(request, text);
        for (secret, what) in &secrets {
            for form in forms(secret) {
                if let Some(at) = searched.find(&form) {
                    let source = line["source"].as_str().unwrap_or("?");
                    let shown = shown(&searched, at, &form, &secrets);
                    found.leaks.push(format!("{what} is in {source} {request}: {shown}"));
                }
            }
        }
    }
    found.leaks.sort();
    found.leaks.dedup();
    Ok(found)
}

/// The secrets that an answer hands out where AWS does so.
pub(crate) fn created_secrets(request: &str, answer: &str) -> Vec<String> {
    let mut created = Vec::new();
    visit_defined_places(request, answer, |place| created.push(answer[place].to_owned()));
    created.retain(|secret| secret.len() >= SECRET_BYTES_MIN);
    created
}

/// An answer without what AWS defines to stand there.
fn without_defined_places(request: &str, answer: &str) -> String {
    let mut places = Vec::new();
    visit_defined_places(request, answer, |place| places.push(place));
    let mut rest = answer.to_owned();
    for place in places.into_iter().rev() {
        rest.replace_range(place, "");
    }
    rest
}

/// Calls back with the place of each secret that AWS defines in an answer, from its beginning to its end.
fn visit_defined_places(request: &str, answer: &str, mut visit: impl FnMut(std::ops::Range<usize>)) {
    if QUERY_ANSWERS.iter().any(|element| answer.contains(element)) {
        let mut places = Vec::new();
        for member in QUERY_MEMBERS {
            places.extend(between(answer, &format!("<{member}>"), &format!("</{member}>")));
        }
        places.sort_by_key(|place| place.start);
        places.into_iter().for_each(&mut visit);
    } else if hands_out_api_keys(request) {
        for gap in ["\"value\":\"", "\"value\": \""] {
            between(answer, gap, "\"").into_iter().for_each(&mut visit);
        }
    }
}

/// CreateApiKey, ImportApiKeys, GetApiKey and GetApiKeys with `includeValue`, and the keys of a usage plan.
fn hands_out_api_keys(request: &str) -> bool {
    let Some((verb, path)) = request.split_once(' ') else { return false };
    let of_plans = path.starts_with("/usageplans/") && path.contains("/keys");
    let of_keys = path.starts_with("/apikeys");
    of_plans || (of_keys && (verb == "POST" || path.contains("includeValue")))
}

fn between(text: &str, start: &str, end: &str) -> Vec<std::ops::Range<usize>> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(begins) = text[from..].find(start).map(|at| from + at + start.len()) {
        let Some(length) = text[begins..].find(end) else { break };
        places.push(begins..begins + length);
        from = begins + length;
    }
    places
}

/// A secret as it is, in base64, and percent-encoded.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), base64(secret.as_bytes())];
    let encoded: String = secret
        .bytes()
        .map(|byte| match byte {
            b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    if encoded != secret {
        forms.push(encoded);
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // Without what stands for the last bytes: what follows them may be encoded with them.
    let whole = bytes.chunks_exact(3);
    whole
        .flat_map(|group| {
            let bits = (usize::from(group[0]) << 16) | (usize::from(group[1]) << 8) | usize::from(group[2]);
            [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift) & 63]))
        })
        .collect()
}

/// What stands around a secret, without any secret.
fn shown(text: &str, at: usize, form: &str, secrets: &BTreeMap<String, String>) -> String {
    let mut begins = at.saturating_sub(SHOWN_CHARS);
    while !text.is_char_boundary(begins) {
        begins -= 1;
    }
    let after: String = text[at + form.len()..].chars().take(SHOWN_CHARS).collect();
    let mut around = format!("{}***{after}", &text[begins..at]);
    for secret in secrets.keys() {
        around = around.replace(secret, "***");
    }
    around.replace(['\n', '\r'], " ")
}

/// The lines of all files of a directory whose names end alike.
fn lines_of(directory: &Path, ending: &str) -> io::Result<Vec<Value>> {
    let mut lines = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        let path = entry?.path();
        if path.to_str().is_some_and(|path| path.ends_with(ending)) {
            let text = fs_err::read_to_string(&path)?;
            for line in text.lines() {
                let parsed = serde_json::from_str(line);
                lines.push(parsed.map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?);
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "wJalr/tnFEMI+K7MDENGbPxRfiCYEXAMPLEKEY00";

    /// What a search says of one secret and these records of `(source, request, text)`.
    fn leaks(records: &[(&str, &str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().expect("a directory");
        let secret = serde_json::json!({ "what": "a key", "value": KEY });
        fs_err::write(dir.path().join("1.secrets.jsonl"), format!("{secret}\n")).expect("a file");
        let lines: Vec<String> = records
            .iter()
            .map(|(source, request, text)| {
                serde_json::json!({ "source": source, "request": request, "text": text }).to_string()
            })
            .collect();
        let lines = lines.join("\n");
        fs_err::write(dir.path().join("2.records.jsonl"), lines).expect("a file");
        let found = search_for_secrets(dir.path()).expect("the search runs");
        assert_eq!((found.secrets, found.records), (1, records.len()));
        found.leaks
    }

    #[test]
    fn a_secret_in_output_or_in_an_error_is_found_and_not_shown() {
        let encoded = KEY.replace('/', "%2F").replace('+', "%2B");
        let in_base64 = "x d0phbHIvdG5GRU1JK0s3TURFTkdiUHhSZmlDWUVYQU1QTEVLRVkwMA== x";
        for text in [format!("signed with {KEY}."), format!("?secret={encoded}&x"), in_base64.to_owned()] {
            let found = leaks(&[("alluvium serve, stderr", "", &text)]);
            assert_eq!(found.len(), 1, "{text}");
            assert!(
                found[0].starts_with("a key is in alluvium serve, stderr") && !found[0].contains(KEY),
                "{found:?}"
            );
        }
        assert_eq!(leaks(&[("alluvium serve, stderr", "", "nothing to see")]), Vec::<String>::new());
    }

    #[test]
    fn an_answer_that_hands_a_secret_out_may_have_it_in_its_own_member_only() {
        let made = format!(
            "<CreateAccessKeyResponse><SecretAccessKey>{KEY}</SecretAccessKey></CreateAccessKeyResponse>"
        );
        assert_eq!(leaks(&[("answer", "POST /", &made)]), Vec::<String>::new());
        assert_eq!(created_secrets("POST /", &made), [KEY]);
        let twice = made
            .replace("</CreateAccessKeyResponse>", &format!("<Note>{KEY}</Note></CreateAccessKeyResponse>"));
        assert_eq!(leaks(&[("answer", "POST /", &twice)]).len(), 1);
        let listed = made.replace("CreateAccessKey", "ListAccessKeys");
        assert_eq!(leaks(&[("answer", "POST /", &listed)]).len(), 1);
    }

    #[test]
    fn an_api_keys_value_is_handed_out_when_it_is_made_or_asked_for() {
        let key = format!("{{\"id\":\"a\",\"value\":\"{KEY}\"}}");
        for request in
            ["POST /apikeys", "GET /apikeys/a?includeValue=true", "GET /apikeys?includeValues=true"]
        {
            assert_eq!(leaks(&[("answer", request, &key)]), Vec::<String>::new(), "{request}");
        }
        assert_eq!(created_secrets("POST /apikeys", &key), [KEY]);
        for request in ["GET /apikeys/a", "GET /apikeys", "GET /restapis"] {
            assert_eq!(leaks(&[("answer", request, &key)]).len(), 1, "{request}");
        }
    }
}
