//! The URI of an AWS integration: `arn:aws:apigateway:{region}:{service}:{action/NAME|path/PATH}`.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri>
//!
//! What must stay true: only services that this gateway can reach get through.

use super::problem::FieldProblem;

/// Which call of which service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsTarget {
    /// The region that the call is signed for.
    pub(crate) region: String,
    /// The service's signing name.
    pub(crate) service: &'static str,
    pub(crate) action: AwsAction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AwsAction {
    /// `action/PutRecord`: API Gateway itself says which action, in `X-Amz-Target`.
    Target(String),
    /// `path/...`: the mappings say which action; the path may hold `{name}`.
    Path(String),
}

/// What Kinesis calls its API version, in front of the action in `X-Amz-Target`.
const KINESIS_TARGET_PREFIX: &str = "Kinesis_20131202.";

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
        if *service != "kinesis" {
            let what = format!("an integration with the service '{service}'");
            return Err(FieldProblem::NotSupported { what, instead: "only kinesis is reached from here" });
        }
        let action = match call.split_once('/') {
            Some(("action", name)) if is_action_name(name) => {
                AwsAction::Target(format!("{KINESIS_TARGET_PREFIX}{name}"))
            }
            Some(("action", _)) => return Err(refuse("the action has no name of letters")),
            Some(("path", path)) => AwsAction::Path(format!("/{path}")),
            _ => return Err(refuse("the last part must be action/NAME or path/PATH")),
        };
        Ok(Self { region: (*region).to_owned(), service: "kinesis", action })
    }
}

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
    }

    #[test]
    fn other_uris_are_refused_with_the_reason() {
        check(
            "https://example.com",
            "'https://example.com' is not arn:aws:apigateway:REGION:SERVICE:action/NAME: it has fewer than six parts",
        );
        check(
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
            "an integration with the service 'lambda' is not supported; only kinesis is reached from here",
        );
        check(
            "arn:aws:apigateway:us-east-1:kinesis:PutRecord",
            "'arn:aws:apigateway:us-east-1:kinesis:PutRecord' is not arn:aws:apigateway:REGION:SERVICE:action/NAME: the last part must be action/NAME or path/PATH",
        );
    }
}
