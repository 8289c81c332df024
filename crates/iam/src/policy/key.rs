//! The keys that conditions and policy variables name
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>).
//!
//! What must stay true: a key that this crate takes has here the value that it has on AWS, or is absent here because it would be
//! absent there. Any other key is refused with the policy that names it.

use std::borrow::Cow;

/// What a condition or a variable asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContextKey {
    PrincipalArn,
    PrincipalAccount,
    PrincipalType,
    UserId,
    UserName,
    SourceIp,
    CurrentTime,
    EpochTime,
    SecureTransport,
    UserAgent,
    Referer,
    RequestedRegion,
    ResourceAccount,
    TokenIssueTime,
    MultiFactorAuthPresent,
    /// `false`: nobody calls through another service of AWS, and no service signs requests as itself.
    AlwaysFalse(String),
    /// A tag of the principal or of its session.
    PrincipalTag(String),
    /// A tag of the resource.
    ResourceTag(String),
    /// Handed in with the request, by its name in lower case.
    Named(String),
    /// What no request can have where there is no organization, no VPC and no federation.
    Absent(String),
}

/// Keys of services that are served here, and that those services hand in.
const NAMED: &[&str] = &[
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:tagkeys",
    "sts:externalid",
    "sts:rolesessionname",
    "sts:transitivetagkeys",
    "iam:passedtoservice",
    "iam:policyarn",
    "iam:permissionsboundary",
    "iam:associatedresourcearn",
];

/// Global keys that are absent at AWS too for a caller without organization, VPC, federation or a service in between.
const ABSENT: &[&str] = &[
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpcsourceip",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceidentity",
    "aws:ec2instancesourcevpc",
    "aws:ec2instancesourceprivateipv4",
    "sts:sourceidentity",
    "iam:awsservicename",
    "iam:organizationspolicyid",
];

/// Services whose requests are answered here. Keys of others are taken, for requests to these services never carry them.
const SERVED: &[&str] =
    &["aws", "kinesis", "apigateway", "execute-api", "iam", "sts", "cloudwatch", "alluvium", "saml", "graph"];

impl ContextKey {
    /// The key of a name; names of keys have no case. `None` for a key that cannot be enforced.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if let Some((family, tag)) = name.split_once('/') {
            return match family {
                "aws:principaltag" => Some(Self::PrincipalTag(tag.to_owned())),
                "aws:resourcetag" | "iam:resourcetag" => Some(Self::ResourceTag(tag.to_owned())),
                "aws:requesttag" => Some(Self::Named(name)),
                _ => Self::of_other_service(&name),
            };
        }
        Some(match name.as_str() {
            "aws:principalarn" => Self::PrincipalArn,
            "aws:principalaccount" => Self::PrincipalAccount,
            "aws:principaltype" => Self::PrincipalType,
            "aws:userid" => Self::UserId,
            "aws:username" => Self::UserName,
            "aws:sourceip" => Self::SourceIp,
            "aws:currenttime" => Self::CurrentTime,
            "aws:epochtime" => Self::EpochTime,
            "aws:securetransport" => Self::SecureTransport,
            "aws:useragent" => Self::UserAgent,
            "aws:referer" => Self::Referer,
            "aws:requestedregion" => Self::RequestedRegion,
            "aws:resourceaccount" => Self::ResourceAccount,
            "aws:tokenissuetime" => Self::TokenIssueTime,
            "aws:multifactorauthpresent" => Self::MultiFactorAuthPresent,
            "aws:viaawsservice" | "aws:principalisawsservice" => Self::AlwaysFalse(name),
            known if NAMED.contains(&known) => Self::Named(name),
            known if ABSENT.contains(&known) => Self::Absent(name),
            other => return Self::of_other_service(other),
        })
    }

    /// Its name in lower case.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::PrincipalArn => "aws:principalarn",
            Self::PrincipalAccount => "aws:principalaccount",
            Self::PrincipalType => "aws:principaltype",
            Self::UserId => "aws:userid",
            Self::UserName => "aws:username",
            Self::SourceIp => "aws:sourceip",
            Self::CurrentTime => "aws:currenttime",
            Self::EpochTime => "aws:epochtime",
            Self::SecureTransport => "aws:securetransport",
            Self::UserAgent => "aws:useragent",
            Self::Referer => "aws:referer",
            Self::RequestedRegion => "aws:requestedregion",
            Self::ResourceAccount => "aws:resourceaccount",
            Self::TokenIssueTime => "aws:tokenissuetime",
            Self::MultiFactorAuthPresent => "aws:multifactorauthpresent",
            Self::PrincipalTag(tag) => return Cow::Owned(format!("aws:principaltag/{tag}")),
            Self::ResourceTag(tag) => return Cow::Owned(format!("aws:resourcetag/{tag}")),
            Self::AlwaysFalse(name) | Self::Named(name) | Self::Absent(name) => name,
        })
    }

    /// `s3:prefix` and the like.
    fn of_other_service(name: &str) -> Option<Self> {
        let (service, rest) = name.split_once(':')?;
        let well_formed = !service.is_empty()
            && !rest.is_empty()
            && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        (well_formed && !SERVED.contains(&service)).then(|| Self::Absent(name.to_owned()))
    }
}
