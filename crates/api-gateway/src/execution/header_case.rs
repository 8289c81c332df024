//! How header names are written where people read them.
//!
//! What must stay true: a name that the API's author wrote is shown as it was written.

/// Names that API Gateway itself writes in its own way.
const OWN: [&str; 3] = ["x-amzn-ErrorType", "x-amzn-RequestId", "x-amz-apigw-id"];

/// The name as the method declares it, else as `Header-Name`: HTTP libraries hand names over in lower case.
pub(super) fn shown(name: &str, declared: &[String]) -> String {
    if let Some(known) = declared.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return known.clone();
    }
    match OWN.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => (*known).to_owned(),
        None => capitalised(name),
    }
}

fn capitalised(name: &str) -> String {
    let mut starts_word = true;
    name.chars()
        .map(|character| {
            let shown = if starts_word { character.to_ascii_uppercase() } else { character };
            starts_word = character == '-';
            shown
        })
        .collect()
}
