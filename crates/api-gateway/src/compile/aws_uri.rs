//! The URI of an AWS integration: `arn:aws:apigateway:{region}:{service}:{action/NAME|path/PATH}`.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri>
//!
//! What must stay true: which service, and which of its calls, is settled here; whether this gateway reaches the service is
//! known when it is called.

use super::problem::FieldProblem;

/// Which call of which service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsTarget {
    /// The region that the call is signed for.
    pub(crate) region: String,
    /// The service's signing name.
    pub(crate) service: String,
    pub(crate) action: AwsAction,
}

/// What of a service is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AwsAction {
    /// `action/PutRecord` of a service that reads the action in `X-Amz-Target`; API Gateway itself puts it there.
    Target(String),
    /// `action/SendMessage` of a service that reads the action in the query, as `Action`.
    Query(String),
    /// `path/...`: the mappings say which action; the path may hold `{name}`.
    Path(String),
}

/// What services that speak JSON have in front of the action in `X-Amz-Target`.
const TARGET_PREFIXES: [(&str, &str); 10] = [
    ("dynamodb", "DynamoDB_20120810"),
    ("events", "AWSEvents"),
    ("firehose", "Firehose_20150804"),
    ("kinesis", "Kinesis_20131202"),
    ("kms", "TrentService"),
    ("logs", "Logs_20140328"),
    ("secretsmanager", "secretsmanager"),
    ("ssm", "AmazonSSM"),
    ("states", "AWSStepFunctions"),
    ("streams.dynamodb", "DynamoDBStreams_20120810"),
];

impl AwsTarget {
    pub(crate) fn parse(uri: &str) -> Result<Self, FieldProblem> {
        let refuse = |reason: &str| FieldProblem::Uri { uri: uri.to_owned(), reason: reason.to_owned() };
        let parts: Vec<&str> = uri.splitn(6, ':').collect();
        let [arn, _partition, apigateway, region, service, call] = parts.as_slice() else {
            return Err(refuse("it has fewer than six parts"));
        };
        if *arn != "arn" || *apigateway != "apigateway" {
            return Err(refuse("it must begin with arn:aws:apigateway"));
        }
        if region.is_empty() {
            return Err(refuse("the region is empty"));
        }
        if service.is_empty() {
            return Err(refuse("it names no service"));
        }
        if *service == "lambda" {
            let what = "an integration with a Lambda function".to_owned();
            return Err(FieldProblem::NotSupported { what, instead: NO_FUNCTIONS });
        }
        let action = match call.split_once('/') {
            Some(("action", name)) if is_action_name(name) => {
                match TARGET_PREFIXES.iter().find(|(known, _)| known == service) {
                    Some((_, prefix)) => AwsAction::Target(format!("{prefix}.{name}")),
                    None => AwsAction::Query(name.to_owned()),
                }
            }
            Some(("action", _)) => return Err(refuse("the action has no name of letters")),
            Some(("path", path)) => AwsAction::Path(format!("/{}", path.trim_start_matches('/'))),
            _ => return Err(refuse("the last part must be action/NAME or path/PATH")),
        };
        Ok(Self { region: (*region).to_owned(), service: (*service).to_owned(), action })
    }
}

/// What to do instead of calling a function.
pub(super) const NO_FUNCTIONS: &str =
    "functions do not run here: use an action of a service, an HTTP endpoint, or mock";

fn is_action_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, expected: &str) {
        let got = match AwsTarget::parse(uri) {
            Ok(target) => format!("{} {} {:?}", target.region, target.service, target.action),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(got, expected);
    }

    #[test]
    fn actions_and_paths_of_kinesis_are_understood() {
        check(
            "arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord",
            "eu-west-1 kinesis Target(\"Kinesis_20131202.PutRecord\")",
        );
        check("arn:aws:apigateway:us-east-1:kinesis:path/", "us-east-1 kinesis Path(\"/\")");
        check("arn:aws:apigateway:us-east-1:kinesis:path//", "us-east-1 kinesis Path(\"/\")");
        check(
            "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
            "us-east-1 dynamodb Target(\"DynamoDB_20120810.PutItem\")",
        );
        check("arn:aws:apigateway:us-east-1:sqs:action/SendMessage", "us-east-1 sqs Query(\"SendMessage\")");
    }

    #[test]
    fn other_uris_are_refused_with_the_reason() {
        check(
            "https://example.com",
            "'https://example.com' is not arn:aws:apigateway:REGION:SERVICE:action/NAME: it has fewer than six parts",
        );
        check(
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
            "an integration with a Lambda function is not supported; functions do not run here: use an action of a service, an HTTP endpoint, or mock",
        );
        check(
            "arn:aws:apigateway:us-east-1:kinesis:PutRecord",
            "'arn:aws:apigateway:us-east-1:kinesis:PutRecord' is not arn:aws:apigateway:REGION:SERVICE:action/NAME: the last part must be action/NAME or path/PATH",
        );
    }
}
