//! AWS's own test suite for Signature Version 4 (`aws-signing-test-suite/v4` of awslabs/aws-c-auth): each request with the two
//! signatures that AWS publishes for it, one in headers and one in the query.
//!
//! Left out are the cases that only a signer without path normalisation makes, a path with a raw blank (no HTTP request carries
//! one), and `post-sts-header-after` in query form, whose token no service here lets stand unsigned.

use std::fmt::Write as _;

use http::{HeaderValue, Request};

use crate::{example_credentials, example_time, verify};

/// One request of the suite.
struct Case {
    name: &'static str,
    method: &'static str,
    target: &'static str,
    /// Beside `Host`.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    /// The list that the signature in headers covers, and that signature.
    in_headers: (&'static str, &'static str),
    /// The same for the signature in the query.
    in_query: (&'static str, &'static str),
}

const SHORT: Case = Case {
    name: "get-vanilla",
    method: "GET",
    target: "/",
    headers: &[],
    body: "",
    in_headers: ("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    in_query: ("host", "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"),
};

const WITH_HEADER1: (&str, &str) = ("host;my-header1;x-amz-date", "host;my-header1");

/// A case of which only the target differs.
const fn get(
    name: &'static str,
    target: &'static str,
    in_headers: &'static str,
    in_query: &'static str,
) -> Case {
    Case { name, target, in_headers: (SHORT.in_headers.0, in_headers), in_query: ("host", in_query), ..SHORT }
}

/// A case with values of `My-Header1`.
const fn header1(
    name: &'static str,
    method: &'static str,
    headers: &'static [(&'static str, &'static str)],
    in_headers: &'static str,
    in_query: &'static str,
) -> Case {
    Case {
        name,
        method,
        headers,
        in_headers: (WITH_HEADER1.0, in_headers),
        in_query: (WITH_HEADER1.1, in_query),
        ..SHORT
    }
}

/// A case that posts a form.
const fn form(
    name: &'static str,
    headers: &'static [(&'static str, &'static str)],
    in_headers: &'static str,
    in_query: &'static str,
) -> Case {
    Case {
        name,
        method: "POST",
        headers,
        body: "Param1=value1",
        in_headers: ("content-length;content-type;host;x-amz-content-sha256;x-amz-date", in_headers),
        in_query: ("content-length;content-type;host", in_query),
        ..SHORT
    }
}

const UNRESERVED: &str = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const CASES: &[Case] = &[
    SHORT,
    header1(
        "get-header-key-duplicate",
        "GET",
        &[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97",
    ),
    // The suite writes the value on three lines; a server has it on one.
    header1(
        "get-header-value-multiline",
        "GET",
        &[("My-Header1", "value1   value2      value3")],
        "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
        "e6f5def831211aca02987a44b96826706278c7bc078112ae0263659c5b2f2d56",
    ),
    header1(
        "get-header-value-order",
        "GET",
        &[
            ("My-Header1", "value4"),
            ("My-Header1", "value1"),
            ("My-Header1", "value3"),
            ("My-Header1", "value2"),
        ],
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e",
    ),
    Case {
        name: "get-header-value-trim",
        headers: &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
        in_headers: (
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        in_query: (
            "host;my-header1;my-header2",
            "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4",
        ),
        ..SHORT
    },
    Case { name: "get-relative-normalized", target: "/example/..", ..SHORT },
    Case { name: "get-relative-relative-normalized", target: "/example1/example2/../..", ..SHORT },
    Case { name: "get-slash-dot-slash-normalized", target: "/./", ..SHORT },
    Case { name: "get-slash-normalized", target: "//", ..SHORT },
    get(
        "get-slash-pointless-dot-normalized",
        "/./example",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
        "35034b1a0bdd969f346975386daf8aedfd4976573b8348cf4f67eaa41c5857de",
    ),
    get(
        "get-slashes-normalized",
        "//example//",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        "c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082",
    ),
    get(
        "get-unreserved",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005",
    ),
    get(
        "get-utf8",
        "/\u{1234}",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        "10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44",
    ),
    get(
        "get-vanilla-empty-query-key",
        "/?Param1=value1",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        "49096700cbbaa5753443850f40df10f904fc2fdb544dc9512203cc77c471a9de",
    ),
    get(
        "get-vanilla-query-order-encoded",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
    ),
    get(
        "get-vanilla-query-order-key-case",
        "/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
    ),
    get(
        "get-vanilla-utf8-query",
        "/?\u{1234}=bar",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600",
    ),
    Case {
        name: "post-vanilla",
        method: "POST",
        in_headers: (SHORT.in_headers.0, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        in_query: ("host", "2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b"),
        ..SHORT
    },
    header1(
        "post-header-key-sort",
        "POST",
        &[("My-Header1", "value1")],
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        "c09d07e0d55871f10f2a6d350d994acf6825a3cae70673d7def55616e6119dd7",
    ),
    header1(
        "post-header-value-case",
        "POST",
        &[("My-Header1", "VALUE1")],
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        "0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed",
    ),
    Case {
        name: "post-vanilla-query",
        method: "POST",
        target: "/?Param1=value1",
        in_headers: (SHORT.in_headers.0, "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
        in_query: ("host", "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682"),
        ..SHORT
    },
    form(
        "post-x-www-form-urlencoded",
        &[("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "13")],
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        "89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9",
    ),
    form(
        "post-x-www-form-urlencoded-parameters",
        &[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("Content-Length", "13")],
        "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
        "0dbeb9b026c7b6675f266b8427efec9b4fa8b1f6ef1477d717aea231106eab4d",
    ),
];

const SCOPE: &str = "20150830/us-east-1/service/aws4_request";
const FORM_HASH: &str = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";

fn request(case: &Case, target: &str) -> Request<Vec<u8>> {
    let mut builder =
        Request::builder().method(case.method).uri(target).header("host", "example.amazonaws.com");
    for (name, value) in case.headers {
        // The blanks around a value are the client's; HTTP libraries take them off, and so would the signer.
        builder = builder.header(*name, HeaderValue::from_str(value).expect("a value"));
    }
    builder.body(case.body.as_bytes().to_vec()).expect("a request")
}

fn with_authorization(case: &Case, list: &str, signature: &str) -> Request<Vec<u8>> {
    let mut request = request(case, case.target);
    let headers = request.headers_mut();
    headers.insert("x-amz-date", HeaderValue::from_static("20150830T123600Z"));
    if !case.body.is_empty() {
        headers.insert("x-amz-content-sha256", HeaderValue::from_static(FORM_HASH));
    }
    let value = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{SCOPE}, SignedHeaders={list}, Signature={signature}"
    );
    headers.insert("authorization", HeaderValue::from_str(&value).expect("a value"));
    request
}

fn presigned_target(target: &str, list: &str, signature: &str, token: Option<&str>) -> String {
    let mut out = target.to_owned();
    let scope = SCOPE.replace('/', "%2F");
    let mark = if target.contains('?') { '&' } else { '?' };
    let list = list.replace(';', "%3B");
    let _infallible = write!(
        out,
        "{mark}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F{scope}&X-Amz-Date=20150830T123600Z\
         &X-Amz-SignedHeaders={list}&X-Amz-Expires=3600"
    );
    if let Some(token) = token {
        let _infallible = write!(out, "&X-Amz-Security-Token={token}");
    }
    out + "&X-Amz-Signature=" + signature
}

#[test]
fn each_published_signature_in_headers_is_verified() {
    for case in CASES {
        let request = with_authorization(case, case.in_headers.0, case.in_headers.1);
        let answer = verify(&request, &example_credentials(), "service", example_time());
        assert_eq!(answer, Ok(()), "{}", case.name);
    }
}

#[test]
fn each_published_signature_in_the_query_is_verified() {
    for case in CASES {
        let target = presigned_target(case.target, case.in_query.0, case.in_query.1, None);
        let request = request(case, &target);
        let answer = verify(&request, &example_credentials(), "service", example_time());
        assert_eq!(answer, Ok(()), "{}", case.name);
    }
}

#[test]
fn unreserved_characters_of_a_query_are_verified() {
    let target = format!("/?{UNRESERVED}={UNRESERVED}");
    let case = Case { target: "", ..SHORT };
    let in_query = presigned_target(
        &target,
        "host",
        "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf",
        None,
    );
    assert_eq!(verify(&request(&case, &in_query), &example_credentials(), "service", example_time()), Ok(()));
}

#[test]
fn session_tokens_are_verified_signed_and_unsigned() {
    const TOKEN: &str = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let mut credentials = example_credentials();
    credentials.session_token = Some(TOKEN.to_owned());
    let token = HeaderValue::from_static(TOKEN);

    // get-vanilla-with-session-token
    let signature = "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8";
    let mut signed = with_authorization(&SHORT, "host;x-amz-date;x-amz-security-token", signature);
    signed.headers_mut().insert("x-amz-security-token", token.clone());
    assert_eq!(verify(&signed, &credentials, "service", example_time()), Ok(()));

    let signature = "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c";
    let target = presigned_target("/", "host", signature, Some(TOKEN));
    assert_eq!(verify(&request(&SHORT, &target), &credentials, "service", example_time()), Ok(()));

    // post-sts-header-after: the token came after signing.
    let mut unsigned = with_authorization(&SHORT, SHORT.in_headers.0, SHORT.in_headers.1);
    unsigned.headers_mut().insert("x-amz-security-token", token);
    assert_eq!(verify(&unsigned, &credentials, "service", example_time()), Ok(()));
}

#[test]
fn a_published_signature_does_not_fit_another_case() {
    for case in CASES.iter().filter(|case| case.in_headers.1 != SHORT.in_headers.1) {
        let request = with_authorization(case, case.in_headers.0, SHORT.in_headers.1);
        let answer = verify(&request, &example_credentials(), "service", example_time());
        assert!(answer.is_err(), "{}", case.name);
    }
}
