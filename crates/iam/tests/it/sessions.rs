//! Sessions of roles and of users: who may begin one, what it may do, and when it ends.

use std::time::Duration;

use alluvium_iam::{
    ADMINISTRATOR_ACCESS, API_GATEWAY, AuthMode, Authenticator, GivenPolicy, Iam, IamService, StsService,
    TrustPolicy,
};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::identity_policies::document;
use crate::{ACCOUNT, clock};

/// An account with signatures verified and policies in force.
struct Account {
    iam: Iam,
    clock: alluvium_clock::Clock,
    authenticator: Authenticator,
}

impl Account {
    fn new() -> Self {
        let clock = clock();
        let iam = Iam::in_memory(clock, ACCOUNT);
        Self { authenticator: Authenticator::new(iam.clone(), AuthMode::Enforce), iam, clock }
    }

    fn user(&self, name: &str, policies: &[GivenPolicy]) -> Credentials {
        self.iam.provision_user(name, Some(policies)).expect("made");
        self.iam.create_access_key(name).expect("a key")
    }

    /// The body of an answer, or the code and message of an error.
    async fn ask(&self, key: &Credentials, service: &str, form: &str) -> Result<String, String> {
        let body = Bytes::copy_from_slice(form.as_bytes());
        let (mut parts, ()) =
            Request::post("http://127.0.0.1:4566/").body(()).expect("a request").into_parts();
        let now = self.clock.now();
        let params = SigningParams { credentials: key, region: "us-east-1", service, now, keys: None };
        sign(&mut parts, &body, &params).expect("signed");
        let request = Request::from_parts(parts, body);
        let answered = match service {
            "sts" => StsService::new(self.authenticator.clone()).oneshot(request).await,
            _ => IamService::new(self.authenticator.clone()).oneshot(request).await,
        };
        let response = answered.unwrap_or_else(|never| match never {});
        let good = response.status().is_success();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body = String::from_utf8(body.to_vec()).expect("UTF-8");
        if good { Ok(body) } else { Err(format!("{}: {}", member(&body, "Code"), member(&body, "Message"))) }
    }

    async fn assume(&self, key: &Credentials, more: &str) -> Result<Credentials, String> {
        let form =
            format!("Action=AssumeRole&RoleArn=arn:aws:iam::{ACCOUNT}:role/writer&RoleSessionName=one{more}");
        self.ask(key, "sts", &form).await.map(|body| credentials(&body))
    }

    async fn may_list_users(&self, key: &Credentials) -> Result<(), String> {
        self.ask(key, "iam", "Action=ListUsers").await.map(drop)
    }
}

fn member<'a>(body: &'a str, name: &str) -> &'a str {
    let rest = body.split(&format!("<{name}>")).nth(1).unwrap_or_default();
    rest.split("</").next().unwrap_or_default()
}

fn credentials(body: &str) -> Credentials {
    let mut key =
        Credentials::new(member(body, "AccessKeyId"), member(body, "SecretAccessKey").replace("&#x2B;", "+"));
    key.session_token = Some(member(body, "SessionToken").to_owned());
    key
}

fn allow(action: &str, resource: &str) -> String {
    document(&format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#))
}

fn inline(text: String) -> GivenPolicy {
    GivenPolicy::Inline { name: "p".to_owned(), document: text }
}

fn trust(principal: &str) -> String {
    document(&format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}"#
    ))
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_when_it_was_to_and_its_holder_is_told() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    account.iam.create_role("writer", &trust("arn:aws:iam::000000000000:user/ada")).expect("made");
    account.iam.attach_role_policy("writer", ADMINISTRATOR_ACCESS).expect("attached");
    let session = account.assume(&ada, "&DurationSeconds=900").await.expect("trusted");
    account.may_list_users(&session).await.expect("allowed");
    tokio::time::advance(Duration::from_secs(901)).await;
    assert_eq!(
        account.may_list_users(&session).await,
        Err("ExpiredToken: The security token included in the request is expired".to_owned())
    );
    let own = account.ask(&ada, "sts", "Action=GetSessionToken&DurationSeconds=900").await.expect("given");
    let own = credentials(&own);
    account.iam.attach_user_policy("ada", ADMINISTRATOR_ACCESS).expect("attached");
    account.may_list_users(&ada).await.expect("with the key itself");
    assert_eq!(
        account.may_list_users(&own).await,
        Err("InvalidClientTokenId: The security token included in the request is invalid.".to_owned()),
        "IAM wants MFA for such credentials"
    );
    assert_eq!(
        account.ask(&own, "sts", "Action=GetSessionToken").await,
        Err("AccessDenied: Cannot call GetSessionToken with session credentials".to_owned())
    );
    let who = account.ask(&own, "sts", "Action=GetCallerIdentity").await.expect("anybody may");
    assert_eq!(member(&who, "Arn"), "arn:aws:iam::000000000000:user/ada");
}

#[tokio::test]
async fn who_is_trusted_as_an_account_needs_a_policy_too() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    account.iam.create_role("writer", &trust("000000000000")).expect("made");
    let denied = "AccessDenied: User: arn:aws:iam::000000000000:user/ada is not authorized to perform: sts:AssumeRole on \
                  resource: arn:aws:iam::000000000000:role/writer because no identity-based policy allows the sts:AssumeRole action";
    assert_eq!(account.assume(&ada, "").await.map(drop), Err(denied.to_owned()));
    let may = allow("sts:AssumeRole", "arn:aws:iam::*:role/writer");
    account.iam.put_user_policy("ada", "p", &may).expect("put");
    account.assume(&ada, "").await.expect("both sides allow");
    account.iam.update_assume_role_policy("writer", &trust("111111111111")).expect("put");
    let error = account.assume(&ada, "").await.expect_err("not trusted");
    assert!(error.ends_with("because no role trust policy allows the sts:AssumeRole action"), "{error}");
    let no_such = "Action=AssumeRole&RoleArn=arn:aws:iam::000000000000:role/none&RoleSessionName=one";
    let error = account.ask(&ada, "sts", no_such).await.expect_err("no such role");
    assert!(error.starts_with("AccessDenied: "), "nobody is told which roles there are: {error}");
}

#[tokio::test]
async fn a_session_is_held_by_its_policies_its_role_and_its_tags() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    let both = document(
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    );
    account.iam.create_role("writer", &both).expect("made");
    let tagged = document(
        r#"{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}"#,
    );
    account.iam.put_role_policy("writer", "p", &tagged).expect("put");
    let tags = |team: &str| format!("&Tags.member.1.Key=team&Tags.member.1.Value={team}");
    let blue = account.assume(&ada, &tags("blue")).await.expect("trusted");
    account.may_list_users(&blue).await.expect("blue may");
    let red = account.assume(&ada, &tags("red")).await.expect("trusted");
    let error = account.may_list_users(&red).await.expect_err("red may not");
    assert!(error.ends_with("because no identity-based policy allows the iam:ListUsers action"), "{error}");
    let narrow = "&Policy=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22iam%3A*%22%2C%22Resource%22%3A%22*%22%7D%7D";
    let narrowed = account.assume(&ada, &format!("{}{narrow}", tags("blue"))).await.expect("trusted");
    let error = account.may_list_users(&narrowed).await.expect_err("the session's policy denies");
    assert!(error.ends_with("with an explicit deny in a session policy"), "{error}");
    assert_eq!(
        account.assume(&ada, "&SourceIdentity=ada").await.map(drop),
        Err("ValidationError: SourceIdentity is not supported by this server: leave it out.".to_owned())
    );
}

#[tokio::test]
async fn a_boundary_and_the_policies_of_groups_count() {
    let account = Account::new();
    let admin = account.user("admin", &[GivenPolicy::Managed { arn: ADMINISTRATOR_ACCESS.to_owned() }]);
    let ada = account.user("ada", &[inline(allow("kinesis:*", "*"))]);
    for form in [
        "Action=CreateGroup&GroupName=readers",
        "Action=AttachGroupPolicy&GroupName=readers&PolicyArn=arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        "Action=AddUserToGroup&GroupName=readers&UserName=ada",
    ] {
        account.ask(&admin, "iam", form).await.expect(form);
    }
    account.may_list_users(&ada).await.expect("the group may");
    let bound = "Action=PutUserPermissionsBoundary&UserName=ada&PermissionsBoundary=arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
    account.ask(&admin, "iam", bound).await.expect("put");
    let error = account.may_list_users(&ada).await.expect_err("out of bounds");
    assert!(error.ends_with("because no permissions boundary allows the iam:ListUsers action"), "{error}");
    // A form that carries more than its operation knows changes nothing more.
    let delete = "Action=DeleteUserPermissionsBoundary&UserName=ada&PermissionsBoundary=arn:aws:iam::aws:policy/AdministratorAccess";
    account.ask(&admin, "iam", delete).await.expect("deleted");
    account.may_list_users(&ada).await.expect("the group may again");
    assert!(account.ask(&admin, "iam", delete).await.is_err(), "there is none any more");
    account.ask(&admin, "iam", "Action=DeleteGroup&GroupName=readers").await.expect_err("somebody is in it");
    let rename = "Action=UpdateUser&UserName=ada&NewUserName=eve";
    account.ask(&admin, "iam", rename).await.expect("renamed");
    account.may_list_users(&ada).await.expect("the key and the group go with the user");
}

#[tokio::test]
async fn a_session_goes_with_its_user_or_its_role() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    account.iam.create_role("writer", &trust("arn:aws:iam::000000000000:user/ada")).expect("made");
    let session = account.assume(&ada, "").await.expect("trusted");
    let own = account.ask(&ada, "sts", "Action=GetSessionToken").await.expect("given");
    let own = credentials(&own);
    let admin = account.user("admin", &[GivenPolicy::Managed { arn: ADMINISTRATOR_ACCESS.to_owned() }]);
    for form in [
        "Action=DeleteRole&RoleName=writer".to_owned(),
        format!("Action=DeleteAccessKey&UserName=ada&AccessKeyId={}", ada.access_key_id),
        "Action=DeleteUser&UserName=ada".to_owned(),
    ] {
        account.ask(&admin, "iam", &form).await.expect("deleted");
    }
    let gone = "InvalidClientTokenId: The security token included in the request is invalid.";
    for key in [&session, &own, &ada] {
        assert_eq!(account.ask(key, "sts", "Action=GetCallerIdentity").await, Err(gone.to_owned()));
    }
}

#[tokio::test]
async fn roles_that_name_each_other_are_chained_for_an_hour_at_most() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    account.iam.create_role("first", &trust("arn:aws:iam::000000000000:user/ada")).expect("made");
    account.iam.create_role("writer", &trust("arn:aws:iam::000000000000:role/first")).expect("made");
    let form = "Action=AssumeRole&RoleArn=arn:aws:iam::000000000000:role/first&RoleSessionName=one";
    let first = credentials(&account.ask(&ada, "sts", form).await.expect("trusted"));
    account.ask(&first, "sts", "Action=GetCallerIdentity").await.expect("anybody may");
    let second = account.assume(&first, "").await.expect("trusted");
    let who = account.ask(&second, "sts", "Action=GetCallerIdentity").await.expect("anybody may");
    assert_eq!(member(&who, "Arn"), "arn:aws:sts::000000000000:assumed-role/writer/one");
    assert_eq!(
        account.assume(&first, "&DurationSeconds=7200").await.map(drop),
        Err("ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
             chaining"
            .to_owned())
    );
    assert!(account.assume(&ada, "").await.is_err(), "ada is trusted by the first role alone");
}

#[tokio::test]
async fn who_renames_needs_the_permission_for_both_names() {
    let account = Account::new();
    let admin = account.user("admin", &[GivenPolicy::Managed { arn: ADMINISTRATOR_ACCESS.to_owned() }]);
    for form in ["Action=CreateUser&UserName=ada&Path=/dev/", "Action=CreateGroup&GroupName=team&Path=/dev/"]
    {
        account.ask(&admin, "iam", form).await.expect(form);
    }
    let may = document(
        r#"{"Effect":"Allow","Action":["iam:UpdateUser","iam:UpdateGroup"],"Resource":["arn:aws:iam::*:user/dev/*","arn:aws:iam::*:group/dev/*"]}"#,
    );
    let dev = account.user("dev", &[inline(may)]);
    for (form, becomes) in [
        ("Action=UpdateUser&UserName=ada&NewPath=/admins/", "user/admins/ada"),
        ("Action=UpdateUser&UserName=ada&NewPath=/&NewUserName=root", "user/root"),
        ("Action=UpdateGroup&GroupName=team&NewPath=/admins/", "group/admins/team"),
    ] {
        let error = account.ask(&dev, "iam", form).await.expect_err(form);
        assert!(error.starts_with("AccessDenied: ") && error.contains(becomes), "{form}: {error}");
    }
    for form in [
        "Action=UpdateUser&UserName=ada&NewUserName=eve",
        "Action=UpdateUser&UserName=eve&NewPath=/dev/more/",
        "Action=UpdateGroup&GroupName=team&NewGroupName=crew",
    ] {
        account.ask(&dev, "iam", form).await.expect(form);
    }
}

#[tokio::test]
async fn a_condition_on_the_boundary_is_about_the_one_that_the_user_has() {
    const BOUNDARY: &str = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
    let account = Account::new();
    let delegate = document(&format!(
        r#"{{"Effect":"Allow","Action":"iam:*","Resource":"*"}},
           {{"Effect":"Deny","Action":["iam:DeleteUserPermissionsBoundary","iam:DeleteUserPolicy"],"Resource":"*",
             "Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{BOUNDARY}"}}}}}},
           {{"Effect":"Deny","Action":["iam:CreateUser","iam:PutUserPolicy"],"Resource":"*",
             "Condition":{{"StringNotEquals":{{"iam:PermissionsBoundary":"{BOUNDARY}"}}}}}}"#
    ));
    let boss = account.user("boss", &[inline(delegate)]);
    account.user("free", &[]);
    let own = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let put = |user: &str| format!("Action=PutUserPolicy&UserName={user}&PolicyName=p&PolicyDocument={own}");
    let created = format!("Action=CreateUser&UserName=ada&PermissionsBoundary={BOUNDARY}");
    account.ask(&boss, "iam", &created).await.expect("with the boundary");
    account.ask(&boss, "iam", &put("ada")).await.expect("ada is bounded");
    for form in [
        "Action=CreateUser&UserName=eve",
        "Action=DeleteUserPermissionsBoundary&UserName=ada",
        "Action=DeleteUserPolicy&UserName=ada&PolicyName=p",
        &put("free"),
    ] {
        let error = account.ask(&boss, "iam", form).await.expect_err(form);
        assert!(error.ends_with("with an explicit deny in an identity-based policy"), "{form}: {error}");
    }
}

#[tokio::test]
async fn a_key_and_a_simulation_are_of_the_user_whom_they_are_about() {
    let account = Account::new();
    let may = document(
        r#"{"Effect":"Allow","Action":["iam:GetAccessKeyLastUsed","iam:SimulatePrincipalPolicy"],"Resource":"arn:aws:iam::*:user/${aws:username}"}"#,
    );
    let (ada, bob) = (account.user("ada", &[inline(may)]), account.user("bob", &[]));
    for (key, user, own) in [(&ada, "ada", true), (&bob, "bob", false)] {
        for form in [
            format!("Action=GetAccessKeyLastUsed&AccessKeyId={}", key.access_key_id),
            format!(
                "Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::{ACCOUNT}:user/{user}&ActionNames.member.1=iam:ListUsers"
            ),
        ] {
            assert_eq!(account.ask(&ada, "iam", &form).await.is_ok(), own, "{form}");
        }
    }
}

#[tokio::test]
async fn the_region_that_is_asked_is_not_what_the_caller_says_of_it() {
    let account = Account::new();
    let here = document(
        r#"{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#,
    );
    let ada = account.user("ada", &[inline(here)]);
    let (mut parts, ()) = Request::post("http://127.0.0.1:4566/").body(()).expect("a request").into_parts();
    let body = Bytes::from_static(b"Action=ListUsers");
    let now = account.clock.now();
    for region in ["us-east-1", "eu-west-1"] {
        let params = SigningParams { credentials: &ada, region, service: "iam", now, keys: None };
        sign(&mut parts, &body, &params).expect("signed");
        let honest = parts.headers["authorization"].to_str().expect("text").to_owned();
        let spoofed = honest.replacen(' ', " XCredential=a/b/eu-west-1/iam/aws4_request, ", 1);
        for authorization in [honest, spoofed] {
            let mut parts = parts.clone();
            parts.headers.insert("authorization", authorization.parse().expect("a header"));
            let request = Request::from_parts(parts, body.clone());
            let answered = IamService::new(account.authenticator.clone()).oneshot(request).await;
            let response = answered.unwrap_or_else(|never| match never {});
            assert_eq!(response.status(), 403, "IAM is asked in us-east-1: {authorization}");
        }
    }
}

#[tokio::test]
async fn nobody_has_all_sessions_and_services_have_their_own() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    let bob = account.user("bob", &[]);
    let gateway = account.iam.create_role("gateway", &TrustPolicy::of_service(API_GATEWAY)).expect("made");
    for _ in 0..5_000 {
        account.ask(&ada, "sts", "Action=GetSessionToken").await.expect("room");
    }
    assert_eq!(
        account.ask(&ada, "sts", "Action=GetSessionToken").await,
        Err("LimitExceeded: Cannot exceed quota for SessionsPerPrincipal: 5000".to_owned())
    );
    account.ask(&bob, "sts", "Action=GetSessionToken").await.expect("there is room for others");
    account.iam.role_credentials(&gateway).expect("and for services");
}

#[tokio::test]
async fn a_change_begins_no_new_session_of_a_service_that_is_still_trusted() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let arn = iam.create_role("gateway", &TrustPolicy::of_service(API_GATEWAY)).expect("made");
    let first = iam.role_credentials(&arn).expect("trusted").access_key_id;
    iam.create_user("ada").expect("made");
    assert_eq!(iam.role_credentials(&arn).expect("trusted").access_key_id, first);
    iam.update_assume_role_policy("gateway", &TrustPolicy::of_service("lambda.amazonaws.com")).expect("put");
    iam.role_credentials(&arn).expect_err("not trusted any more");
}

#[tokio::test]
async fn tags_and_policy_of_a_session_have_a_size_together() {
    let account = Account::new();
    let ada = account.user("ada", &[]);
    let both = document(
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":"sts:*"}"#,
    );
    account.iam.create_role("writer", &both).expect("made");
    let tags = |count: usize| -> String {
        let value = "v".repeat(256);
        let tag = |n| format!("&Tags.member.{n}.Key=key{n}&Tags.member.{n}.Value={value}");
        (1..=count).map(tag).collect::<Vec<_>>().concat()
    };
    account.assume(&ada, &tags(31)).await.expect("small enough");
    let error = account.assume(&ada, &tags(32)).await.expect_err("too large");
    assert!(error.starts_with("PackedPolicyTooLarge: "), "{error}");
}
