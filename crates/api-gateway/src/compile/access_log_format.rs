//! The format of an access log: a text with `$context` variables, one line per request.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#apigateway-cloudwatch-log-formats>
//!
//! What must stay true: a variable without a value is `-`; whatever a value holds, a request is one line.

/// A format, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessLogFormat {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `$context.identity.sourceIp`, as its parts.
    Variable(Vec<String>),
}

const OPEN: &str = "$context.";

impl AccessLogFormat {
    pub(crate) fn parse(format: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = format.trim_end();
        while let Some((before, after)) = rest.split_once(OPEN) {
            let is_name =
                |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_');
            let end = after.find(|character| !is_name(character)).unwrap_or(after.len());
            let name = after[..end].trim_end_matches('.');
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Variable(name.split('.').map(str::to_owned).collect()));
            rest = &after[name.len()..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self { pieces }
    }

    /// One line, without its end.
    pub(crate) fn line(&self, value_of: impl Fn(&[String]) -> Option<String>) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => push_in_one_line(&mut out, text),
                Piece::Variable(path) => match value_of(path).filter(|value| !value.is_empty()) {
                    Some(value) => push_in_one_line(&mut out, &value),
                    None => out.push('-'),
                },
            }
        }
        out
    }
}

fn push_in_one_line(out: &mut String, text: &str) {
    out.extend(text.chars().map(|character| if character.is_control() { ' ' } else { character }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_and_a_request_is_one_line() {
        let format = AccessLogFormat::parse(
            "$context.identity.sourceIp [$context.requestTime] \"$context.agent\" $context.none $context $5 $context.a.\n",
        );
        let line = format.line(|path| match path.join(".").as_str() {
            "identity.sourceIp" => Some("10.0.0.1".to_owned()),
            "requestTime" => Some("now".to_owned()),
            "agent" => Some("two\nlines".to_owned()),
            "a" => Some("A".to_owned()),
            _ => None,
        });
        assert_eq!(line, "10.0.0.1 [now] \"two lines\" - $context $5 A.");
    }
}
