//! How long a decision about a request takes: `cargo run --release -p alluvium-iam --example decide`. What a stream's server asks for
//! every record is the first two lines; the last has a policy with variables and conditions.

use alluvium_clock::Clock;
use alluvium_iam::{
    AccessRequest, AuthMode, Authorizer, Caller, GivenPolicy, Iam, IamError, Principal, RequestContext,
};
use tokio::time::Instant;

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/ada-orders";
const ROUNDS: u32 = 1_000_000;
const OWN_STREAM: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["kinesis:PutRecord","kinesis:PutRecords"],
     "Resource":"arn:aws:kinesis:us-east-1:000000000000:stream/ada-orders"}]}"#;
const WITH_CONDITIONS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
    {"Effect":"Allow","Action":"kinesis:*","Resource":"arn:aws:kinesis:*:*:stream/${aws:username}-*",
     "Condition":{"StringEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1"]},
                  "DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}]}"#;

#[expect(clippy::print_stdout, reason = "figures are what this is for")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), IamError> {
    let iam = Iam::in_memory(Clock::system(), "000000000000");
    let authorizer = Authorizer::new(iam.clone(), AuthMode::Enforce);
    let inline =
        |document: &str| vec![GivenPolicy::Inline { name: "p".to_owned(), document: document.to_owned() }];
    let admin = caller(&iam, "admin", None)?;
    let ada = caller(&iam, "ada", Some(&inline(OWN_STREAM)))?;
    let conditions = caller(&iam, "conditions", Some(&inline(WITH_CONDITIONS)))?;
    let context = RequestContext::empty();
    let request = AccessRequest::new("kinesis:PutRecord", STREAM).in_context(&context);
    println!("is_unrestricted, an administrator: {:.0} ns", per_round(|| authorizer.is_unrestricted(&admin)));
    let decide = |caller: &Caller| per_round(|| authorizer.authorize(caller, &request, None).is_ok());
    println!("authorize, one inline policy: {:.0} ns", decide(&ada));
    println!("authorize, variables and conditions: {:.0} ns", decide(&conditions));
    Ok(())
}

fn caller(iam: &Iam, name: &str, policies: Option<&[GivenPolicy]>) -> Result<Caller, IamError> {
    let user = iam.provision_user(name, policies)?;
    Ok(Caller {
        arn: user.arn.into(),
        account_id: iam.account_id().into(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        principal: Principal::User { name: name.into(), id: user.id.into() },
    })
}

/// Nanoseconds of one round.
fn per_round(mut work: impl FnMut() -> bool) -> f64 {
    let started = Instant::now();
    let mut done = 0_u32;
    for _ in 0..ROUNDS {
        done += u32::from(std::hint::black_box(work()));
    }
    std::hint::black_box(done);
    started.elapsed().as_nanos() as f64 / f64::from(ROUNDS)
}
