//! The managed policies of AWS that this program has, under AWS's own ARNs. The documents are ours and have the same effect on
//! the services that are served here (<https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>).

use std::sync::LazyLock;

use crate::document::PolicyDocument;
use crate::policy::IdentityPolicy;

/// Everything.
pub const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A policy of AWS.
pub(crate) struct AwsManagedPolicy {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) arn: String,
    /// The unique id, `ANPA...`.
    pub(crate) id: String,
    pub(crate) description: &'static str,
    pub(crate) document: PolicyDocument<IdentityPolicy>,
}

/// Name, path, description and document.
const POLICIES: &[(&str, &str, &str, &str)] = &[
    (
        "AdministratorAccess",
        "/",
        "Everything on every service.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "PowerUserAccess",
        "/",
        "Everything but the management of users, groups and roles.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization","account:GetAccountInformation","account:ListRegions"],"Resource":"*"}]}"#,
    ),
    (
        "ReadOnlyAccess",
        "/",
        "Reading on every service that is served here.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kinesis:Describe*","kinesis:Get*","kinesis:List*","apigateway:GET","cloudwatch:Describe*","cloudwatch:Get*","cloudwatch:List*","iam:Get*","iam:List*","iam:Simulate*","logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents"],"Resource":"*"}]}"#,
    ),
    (
        "IAMFullAccess",
        "/",
        "Everything on users, groups, roles and policies.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:ListRoots","organizations:ListPolicies"],"Resource":"*"}]}"#,
    ),
    (
        "IAMReadOnlyAccess",
        "/",
        "Reading users, groups, roles and policies.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}"#,
    ),
    (
        "AmazonKinesisFullAccess",
        "/",
        "Everything on streams.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}]}"#,
    ),
    (
        "AmazonKinesisReadOnlyAccess",
        "/",
        "Reading streams.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kinesis:Get*","kinesis:List*","kinesis:Describe*"],"Resource":"*"}]}"#,
    ),
    (
        "AmazonAPIGatewayAdministrator",
        "/",
        "Making and changing APIs.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"apigateway:*","Resource":"arn:aws:apigateway:*::/*"}]}"#,
    ),
    (
        "AmazonAPIGatewayInvokeFullAccess",
        "/",
        "Calling APIs.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["execute-api:Invoke","execute-api:ManageConnections"],"Resource":"arn:aws:execute-api:*:*:*"}]}"#,
    ),
    (
        "AmazonAPIGatewayPushToCloudWatchLogs",
        "/service-role/",
        "Writing the logs of APIs.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents","logs:GetLogEvents","logs:FilterLogEvents"],"Resource":"*"}]}"#,
    ),
    (
        "CloudWatchReadOnlyAccess",
        "/",
        "Reading metrics and logs.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["autoscaling:Describe*","cloudwatch:BatchGet*","cloudwatch:Describe*","cloudwatch:GenerateQuery","cloudwatch:Get*","cloudwatch:List*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:Describe*","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail","sns:Get*","sns:List*"],"Resource":"*"}]}"#,
    ),
    (
        "CloudWatchFullAccess",
        "/",
        "Everything on metrics and logs.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["autoscaling:Describe*","cloudwatch:*","logs:*","sns:*","iam:GetPolicy","iam:GetPolicyVersion","iam:GetRole"],"Resource":"*"}]}"#,
    ),
];

static READ: LazyLock<Vec<AwsManagedPolicy>> = LazyLock::new(|| {
    let read = |(index, (name, path, description, text)): (
        usize,
        &(&'static str, &'static str, &'static str, &str),
    )| {
        AwsManagedPolicy {
            name,
            path,
            arn: format!("arn:aws:iam::aws:policy{path}{name}"),
            id: format!("ANPAALLUVIUM{index:0>8}"),
            description,
            document: PolicyDocument::<IdentityPolicy>::parse(text).expect("our own policies can be read"),
        }
    };
    POLICIES.iter().enumerate().map(read).collect()
});

/// All of them.
pub(crate) fn all() -> &'static [AwsManagedPolicy] {
    &READ
}

/// The policy of an ARN.
pub(crate) fn by_arn(arn: &str) -> Option<&'static AwsManagedPolicy> {
    arn.starts_with("arn:aws:iam::aws:policy/").then(|| READ.iter().find(|policy| policy.arn == arn))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_can_be_read_and_is_found_by_its_arn() {
        for policy in all() {
            assert_eq!(by_arn(&policy.arn).map(|found| found.name), Some(policy.name));
        }
        assert_eq!(by_arn(ADMINISTRATOR_ACCESS).map(|found| found.name), Some("AdministratorAccess"));
        assert!(by_arn("arn:aws:iam::aws:policy/AmazonS3FullAccess").is_none());
    }
}
