//! Which service a request is for: by its signature's scope (in the header or in the URL), else by its target, its form, its path
//! or its host.
//!
//! What must stay true: a signature decides when there is one, since nobody but the service that it names can check it.

use alluvium_cloudwatch::CloudWatchService;
use http::{HeaderMap, Request, header};

/// A service of the AWS endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AskedService {
    /// Streams; also what says nothing of itself, which Kinesis refuses as AWS does.
    Kinesis,
    /// Metrics.
    CloudWatch,
    /// The control plane of REST APIs.
    ApiGateway,
    /// Users, roles and policies.
    Iam,
    /// Temporary credentials.
    Sts,
    /// A deployed REST API, signed for and yet not at an invoke URL.
    ExecuteApi,
    /// A service that is not here, by the name that its clients sign for.
    Unknown(String),
}

/// How the client of a service that is not here reads an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    /// The query protocol: XML.
    Query,
    /// Anything else: JSON.
    Json,
}

/// The first segments of the control plane's paths.
const CONTROL_PATHS: [&str; 9] = [
    "restapis",
    "apikeys",
    "usageplans",
    "account",
    "tags",
    "domainnames",
    "clientcertificates",
    "vpclinks",
    "sdktypes",
];
/// What a form of IAM says: the version of its API.
const IAM_VERSION: &str = "2010-05-08";
/// The same of STS.
const STS_VERSION: &str = "2011-06-15";
/// Where a presigned URL has its scope.
const CREDENTIAL_PARAMETER: &str = "X-Amz-Credential";
const TARGET: &str = "x-amz-target";
/// How much of the name of a service that is not here is repeated, in characters.
const NAME_CHARS_MAX: usize = 40;

/// Tells the service.
pub(super) fn asked_service<B: AsRef<[u8]>>(request: &Request<B>) -> AskedService {
    let (uri, headers) = (request.uri(), request.headers());
    if let Some(name) = scope_service(uri.query().unwrap_or_default(), headers) {
        return by_name(name).unwrap_or_else(|| AskedService::Unknown(shown(name)));
    }
    if CloudWatchService::recognises(uri.path(), headers) {
        return AskedService::CloudWatch;
    }
    if headers.contains_key(TARGET) {
        return AskedService::Kinesis;
    }
    match form_version(request) {
        Some(IAM_VERSION) => return AskedService::Iam,
        Some(STS_VERSION) => return AskedService::Sts,
        _ => {}
    }
    let first = uri.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    if CONTROL_PATHS.contains(&first) {
        return AskedService::ApiGateway;
    }
    let host = uri.host().or_else(|| headers.get(header::HOST)?.to_str().ok()).unwrap_or_default();
    host.split_once('.').and_then(|(label, _)| by_name(label)).unwrap_or(AskedService::Kinesis)
}

/// How the client reads an error.
pub(super) fn tongue<B: AsRef<[u8]>>(request: &Request<B>) -> Tongue {
    if form_version(request).is_some() { Tongue::Query } else { Tongue::Json }
}

fn by_name(name: &str) -> Option<AskedService> {
    Some(match name {
        "kinesis" => AskedService::Kinesis,
        "monitoring" => AskedService::CloudWatch,
        "apigateway" => AskedService::ApiGateway,
        "iam" => AskedService::Iam,
        "sts" => AskedService::Sts,
        "execute-api" => AskedService::ExecuteApi,
        _ => return None,
    })
}

/// The service that a signature's scope names: `KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope_service<'a>(query: &'a str, headers: &'a HeaderMap) -> Option<&'a str> {
    let in_header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split("Credential=").nth(1)?.split([',', ' ']).next());
    if let Some(credential) = in_header {
        return credential.split('/').nth(3);
    }
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, credential) = pairs.into_iter().find(|(name, _)| *name == CREDENTIAL_PARAMETER)?;
    // The slashes are percent-encoded, in either case.
    let mut rest = credential;
    for _ in 0..3 {
        let at = rest.find(['/', '%'])?;
        let (_, after) = rest.split_at(at);
        rest = after
            .strip_prefix('/')
            .or_else(|| after.strip_prefix("%2F"))
            .or_else(|| after.strip_prefix("%2f"))?;
    }
    rest.split(['/', '%']).next()
}

/// The `Version` of a form in the body or, with GET, in the query.
fn form_version<B: AsRef<[u8]>>(request: &Request<B>) -> Option<&str> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let body =
        if is_form { std::str::from_utf8(request.body().as_ref()).ok() } else { request.uri().query() };
    let pairs = body?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(name, _)| *name == "Version").map(|(_, version)| version)
}

/// A name that may be shown: it was sent by anybody.
fn shown(name: &str) -> String {
    let is_shown = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    name.chars().filter(is_shown).take(NAME_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn check(method: &str, uri: &str, headers: &[(&str, &str)], body: &'static str, expected: &AskedService) {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body)).unwrap();
        assert_eq!(asked_service(&request), *expected, "{method} {uri} {headers:?} {body}");
    }

    fn signed_for(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host"
        )
    }

    #[test]
    fn a_signature_in_the_header_or_in_the_url_names_its_service() {
        for (name, expected) in [
            ("kinesis", AskedService::Kinesis),
            ("monitoring", AskedService::CloudWatch),
            ("apigateway", AskedService::ApiGateway),
            ("iam", AskedService::Iam),
            ("sts", AskedService::Sts),
            ("execute-api", AskedService::ExecuteApi),
            ("s3<script>", AskedService::Unknown("s3script".to_owned())),
        ] {
            check("POST", "/", &[("authorization", &signed_for(name))], "", &expected);
            for slash in ["%2F", "%2f", "/"] {
                let credential = ["AKID", "20260101", "us-east-1", name, "aws4_request"].join(slash);
                let uri = format!("/?Action=GetCallerIdentity&X-Amz-Credential={credential}&X-Amz-Date=x");
                if !name.contains('<') {
                    check("GET", &uri, &[], "", &expected);
                }
            }
        }
        check("POST", "/", &[("authorization", "Bearer x")], "", &AskedService::Kinesis);
        check("GET", "/?X-Amz-Credential=%2F", &[], "", &AskedService::Kinesis);
    }

    #[test]
    fn without_a_signature_target_form_path_and_host_tell() {
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        check("POST", "/", &[form], "Action=ListUsers&Version=2010-05-08", &AskedService::Iam);
        check("POST", "/", &[form], "Version=2011-06-15&Action=GetCallerIdentity", &AskedService::Sts);
        check("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", &[], "", &AskedService::Sts);
        check("POST", "/", &[("x-amz-target", "Kinesis_20131202.ListStreams")], "{}", &AskedService::Kinesis);
        check("GET", "/restapis/a1/resources", &[], "", &AskedService::ApiGateway);
        check("GET", "/apikeys?limit=1", &[], "", &AskedService::ApiGateway);
        check("GET", "/restapisx", &[], "", &AskedService::Kinesis);
        check("GET", "/", &[("host", "iam.amazonaws.com")], "", &AskedService::Iam);
        check("GET", "/", &[("host", "127.0.0.1:4566")], "", &AskedService::Kinesis);
    }
}
