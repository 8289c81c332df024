//! How a request says which stream it means: by name, by ARN, by id, or by several of them that agree.

use std::fmt;

use crate::StreamName;
use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::shapes;

/// The ARN of a stream: `arn:aws:kinesis:us-east-1:123456789012:stream/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamArn {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The region.
    pub region: String,
    /// The account, 12 digits.
    pub account_id: String,
    /// The stream.
    pub stream_name: StreamName,
}

impl StreamArn {
    /// Reads an ARN; `None` for a text that is not the ARN of a stream.
    pub fn parse(text: &str) -> Option<Self> {
        let [partition, region, account_id, name] = Self::split(text)?;
        Some(Self {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account_id: account_id.to_owned(),
            stream_name: StreamName::parse(name).ok()?,
        })
    }

    /// Partition, region, account and resource name of a text that has the form of a stream's ARN.
    pub(crate) fn split(text: &str) -> Option<[&str; 4]> {
        let mut parts = text.splitn(6, ':');
        let prefix = parts.next()?;
        let partition = parts.next()?;
        let service = parts.next()?;
        let region = parts.next()?;
        let account_id = parts.next()?;
        let name = parts.next()?.strip_prefix("stream/")?;
        let good = prefix == "arn"
            && partition.starts_with("aws")
            && service == "kinesis"
            && account_id.len() == 12
            && account_id.bytes().all(|byte| byte.is_ascii_digit())
            && !name.is_empty()
            && !name.chars().any(char::is_whitespace);
        good.then_some([partition, region, account_id, name])
    }
}

impl fmt::Display for StreamArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, region, account_id, stream_name } = self;
        write!(formatter, "arn:{partition}:kinesis:{region}:{account_id}:stream/{stream_name}")
    }
}

/// The stream that a request means: at least one of the three is there, and name and ARN agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamIdentifier {
    /// Its name, given or taken from the ARN; `None` when the request has nothing but the id.
    pub name: Option<StreamName>,
    /// Its ARN when the request gave one; region and account may be of somebody else.
    pub arn: Option<StreamArn>,
    /// Its id when the request gave one; whether name and id mean one stream is known to whoever knows the streams.
    pub id: Option<String>,
}

impl StreamIdentifier {
    /// What texts call the stream: its name, or its id when the request has nothing else.
    pub fn shown(&self) -> &str {
        match (&self.name, &self.id) {
            (Some(name), _) => name.as_str(),
            (None, Some(id)) => id,
            (None, None) => "",
        }
    }
}

impl From<StreamName> for StreamIdentifier {
    fn from(name: StreamName) -> Self {
        Self { name: Some(name), arn: None, id: None }
    }
}

/// The members that name a stream, as the request has them.
#[derive(Debug, Default)]
pub(crate) struct StreamMembers {
    pub(crate) name: Option<String>,
    pub(crate) arn: Option<String>,
    pub(crate) id: Option<String>,
}

impl StreamMembers {
    /// Takes the members out.
    pub(crate) fn take(members: &mut Members) -> Result<Self, Exception> {
        Ok(Self { name: members.text("StreamName")?, ..Self::take_unnamed(members)? })
    }

    /// Takes the members out, of an operation that knows no `StreamName`.
    pub(crate) fn take_unnamed(members: &mut Members) -> Result<Self, Exception> {
        Ok(Self { name: None, arn: members.text("StreamARN")?, id: members.text("StreamId")? })
    }

    /// Whether the request names a stream in any way.
    pub(crate) fn is_given(&self) -> bool {
        self.name.is_some() || self.arn.is_some() || self.id.is_some()
    }

    /// Checks those that are there.
    pub(crate) fn check(&self, checks: &mut Constraints) {
        checks.text("streamName", self.name.as_deref(), &shapes::STREAM_NAME);
        checks.text("streamARN", self.arn.as_deref(), &shapes::STREAM_ARN);
        checks.text("streamId", self.id.as_deref(), &shapes::STREAM_ID);
    }

    /// Checks those that are there, and that one of them is.
    pub(crate) fn check_required(&self, checks: &mut Constraints) {
        self.check(checks);
        if !self.is_given() {
            checks.required::<String>("streamName", None);
        }
    }

    /// Checks those that are there, and that the ARN is.
    pub(crate) fn check_arn_required(&self, checks: &mut Constraints) {
        self.check(checks);
        checks.required("streamARN", self.arn.as_ref().map(|_| ()));
    }

    /// The stream that members mean which passed their checks; `None` when they name none.
    pub(crate) fn identify(self) -> Result<Option<StreamIdentifier>, Exception> {
        if !self.is_given() {
            return Ok(None);
        }
        let unreadable =
            |text: &str| Exception::invalid_argument(format!("StreamARN {text} names no stream."));
        let arn = match &self.arn {
            Some(text) => Some(StreamArn::parse(text).ok_or_else(|| unreadable(text))?),
            None => None,
        };
        let name = match (&self.name, &arn) {
            (Some(name), Some(arn)) if *name != *arn.stream_name.as_str() => {
                return Err(Exception::invalid_argument(format!(
                    "StreamName {name} and StreamARN {arn} name different streams."
                )));
            }
            (_, Some(arn)) => Some(arn.stream_name.clone()),
            (Some(name), None) => Some(
                StreamName::parse(name).map_err(|error| Exception::invalid_argument(error.to_string()))?,
            ),
            (None, None) => None,
        };
        Ok(Some(StreamIdentifier { name, arn, id: self.id }))
    }

    /// The stream that members mean which passed [`StreamMembers::check_required`] or
    /// [`StreamMembers::check_arn_required`].
    pub(crate) fn identify_required(self) -> Result<StreamIdentifier, Exception> {
        self.identify()?.ok_or_else(|| {
            Exception::invalid_argument("One of StreamName, StreamARN and StreamId should be provided.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_reads_back_and_others_are_refused() {
        let text = "arn:aws:kinesis:eu-west-1:123456789012:stream/streaming-0a1b-pin";
        let arn = StreamArn::parse(text).expect("an ARN");
        assert_eq!(arn.to_string(), text);
        for bad in [
            "",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/",
            "arn:aws:kinesis:eu-west-1:12345678901:stream/a",
            "arn:aws:sqs:eu-west-1:123456789012:stream/a",
            "arn:gcp:kinesis:eu-west-1:123456789012:stream/a",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b:1",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a b",
        ] {
            assert_eq!(StreamArn::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_and_an_arn_that_disagree_are_refused() {
        let members = StreamMembers {
            name: Some("a".to_owned()),
            arn: Some("arn:aws:kinesis:us-east-1:123456789012:stream/b".to_owned()),
            id: None,
        };
        let message = members.identify().expect_err("two streams").message.expect("a text");
        assert_eq!(
            message,
            "StreamName a and StreamARN arn:aws:kinesis:us-east-1:123456789012:stream/b name different streams."
        );
    }
}
