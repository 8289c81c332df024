//! SimulatePrincipalPolicy and SimulateCustomPolicy: may X do Y on Z?
//!
//! What must stay true: the answer comes from the code that decides about requests, and nothing is done.

use std::sync::Arc;
use std::time::SystemTime;

use alluvium_aws_query::Document;

use crate::access::AccessRequest;
use crate::arn;
use crate::caller::{Caller, Principal};
use crate::context::RequestContext;
use crate::decision::{DenialReason, Identity, Policies, decide};
use crate::document::Tags;
use crate::error::IamError;
use crate::grants::grants_of;
use crate::limits::SIMULATION_STEPS_MAX;
use crate::operations::members as m;
use crate::policy::{IdentityPolicy, ResourcePolicy, Situation, Verdict};
use crate::wire::{Call, Fault, Form, Input, Member, Operation, Outcome, Target, optional, page, required};

const DOCUMENT: Form = Form::Latin { min: 1, max: 131_072 };
const NAME: Form = Form::Text { min: 1, max: 2_048 };
const ACTION: Form = Form::Text { min: 3, max: 128 };
const INPUT_LIST: Form = Form::List { element: &DOCUMENT, max: 100 };

const SOURCE: Member = required("PolicySourceArn", Form::Text { min: 20, max: 2_048 });
const POLICIES: Member = required("PolicyInputList", INPUT_LIST);
const MORE_POLICIES: Member = optional("PolicyInputList", INPUT_LIST);
const BOUNDARIES: Member = optional("PermissionsBoundaryPolicyInputList", INPUT_LIST);
const ACTIONS: Member = required("ActionNames", Form::List { element: &ACTION, max: 100 });
const RESOURCES: Member = optional("ResourceArns", Form::List { element: &NAME, max: 100 });
const RESOURCE_POLICY: Member = optional("ResourcePolicy", DOCUMENT);
const RESOURCE_OWNER: Member = optional("ResourceOwner", NAME);
const CALLER: Member = optional("CallerArn", NAME);
const CONTEXT: Member = optional("ContextEntries", Form::Structures { max: 100 });
const HANDLING: Member = optional("ResourceHandlingOption", Form::Text { min: 1, max: 64 });

pub(crate) const SIMULATION: &[Operation] = &[
    Operation {
        name: "SimulatePrincipalPolicy",
        members: &[
            SOURCE,
            MORE_POLICIES,
            BOUNDARIES,
            ACTIONS,
            RESOURCES,
            RESOURCE_POLICY,
            RESOURCE_OWNER,
            CALLER,
            CONTEXT,
            HANDLING,
            m::MAX_ITEMS,
            m::MARKER,
        ],
        target: Target::PolicySource,
        run: simulate_principal,
    },
    Operation {
        name: "SimulateCustomPolicy",
        members: &[
            POLICIES,
            BOUNDARIES,
            ACTIONS,
            RESOURCES,
            RESOURCE_POLICY,
            RESOURCE_OWNER,
            CALLER,
            CONTEXT,
            HANDLING,
            m::MAX_ITEMS,
            m::MARKER,
        ],
        target: Target::Account,
        run: |call, input| simulate(call, input, Source::default()),
    },
];

/// Whose policies are simulated.
#[derive(Default)]
struct Source {
    caller: Option<Caller>,
    policies: Vec<Arc<IdentityPolicy>>,
    boundary: Option<Arc<IdentityPolicy>>,
    tags: Tags,
}

/// Reads policies that are given as texts.
pub(crate) fn read_session_policies(texts: &[String]) -> Result<Vec<Arc<IdentityPolicy>>, Fault> {
    let read = |text: &String| IdentityPolicy::parse(text).map(Arc::new);
    Ok(texts.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(IamError::from)?)
}

fn simulate_principal(call: &Call<'_>, input: &Input) -> Outcome {
    let source_arn = input.required("PolicySourceArn");
    let account_id = call.iam.account_id();
    let document = &call.document;
    let caller = |principal: Principal| Caller {
        arn: source_arn.into(),
        account_id: account_id.into(),
        access_key_id: "".into(),
        principal,
    };
    let user = document.user_of_arn(account_id, source_arn);
    let (caller, id) = if let Some(user) = user {
        let principal = Principal::User { name: user.name.as_str().into(), id: user.id.as_str().into() };
        (caller(principal), &user.id)
    } else if let Some(role) = call.iam.stored_role(document, source_arn) {
        let principal = Principal::AssumedRole {
            role_name: role.name.as_str().into(),
            role_id: role.id.as_str().into(),
            role_arn: source_arn.into(),
            session_name: "simulation".into(),
        };
        (caller(principal), &role.id)
    } else {
        return Err(Fault::no_such_entity(format!(
            "No user or role of this account has the ARN {source_arn}."
        )));
    };
    let all = grants_of(document);
    let source = match all.get(id) {
        Some(grants) => Source {
            caller: Some(caller),
            policies: grants.policies.clone(),
            boundary: grants.boundary.clone(),
            tags: grants.tags.clone(),
        },
        None => Source { caller: Some(caller), ..Source::default() },
    };
    simulate(call, input, source)
}

fn simulate(call: &Call<'_>, input: &Input, mut source: Source) -> Outcome {
    source.policies.extend(read_session_policies(&input.texts("PolicyInputList"))?);
    if let Some(boundary) = read_session_policies(&input.texts("PermissionsBoundaryPolicyInputList"))?.pop() {
        source.boundary = Some(boundary);
    }
    let resource_policy = match input.text("ResourcePolicy") {
        Some(text) => Some(ResourcePolicy::parse(text).map_err(IamError::from)?),
        None => None,
    };
    let caller = match input.text("CallerArn") {
        Some(arn) => named_caller(call, arn)?,
        None => source.caller.clone().unwrap_or_else(|| named_user(call.iam.account_id(), "simulation")),
    };
    let owner = input.text("ResourceOwner").and_then(|arn| arn.split(':').nth(4));
    let same_account = owner.is_none_or(|account_id| account_id == &*caller.account_id);
    let mut resources = input.texts("ResourceArns");
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let pairs = input.texts("ActionNames").into_iter().flat_map(|action| {
        resources.iter().map(move |resource| (action.clone(), resource.clone())).collect::<Vec<_>>()
    });
    let pairs = pairs.enumerate().map(|(index, pair)| (format!("{index:06}"), pair)).collect();
    let page = page(input, pairs)?;
    check_steps(input, &page.items, &source)?;
    let context = context(input)?;
    let simulation =
        Simulation { caller, source, resource_policy, same_account, context, now: call.iam.now() };
    Ok(Some(page.answer("EvaluationResults", |(action, resource)| simulation.evaluate(&action, &resource))))
}

/// Refuses what would keep a processor busy for long: matching takes time in proportion to both texts.
fn check_steps(input: &Input, pairs: &[(String, String)], source: &Source) -> Result<(), Fault> {
    let policies = source.policies.iter().chain(&source.boundary).map(|policy| policy.bytes());
    let bytes = policies.sum::<usize>() + input.text("ResourcePolicy").map_or(0, str::len);
    let told = input.items("ContextEntries").iter().map(bytes_of).max();
    let asked = pairs.iter().map(|(action, resource)| action.len().max(resource.len())).max();
    let longest = told.max(asked).unwrap_or(0);
    let steps = pairs.len().saturating_mul(bytes).saturating_mul(longest);
    if steps > SIMULATION_STEPS_MAX {
        let message = "This would be too much to simulate at once: ask for fewer actions, resources or policies, or for a smaller page \
                       with MaxItems.";
        return Err(Fault::new(http::StatusCode::BAD_REQUEST, "InvalidInput", message));
    }
    Ok(())
}

/// How long the texts in a value are together.
fn bytes_of(value: &Document) -> usize {
    match value {
        Document::Text(text) => text.len(),
        Document::List(items) => items.iter().map(bytes_of).sum(),
        Document::Structure(members) => members.iter().map(|(_, value)| bytes_of(value)).sum(),
        _ => 0,
    }
}

/// Everything that an answer is made of but what is asked.
struct Simulation {
    caller: Caller,
    source: Source,
    resource_policy: Option<ResourcePolicy>,
    same_account: bool,
    context: RequestContext<'static>,
    now: SystemTime,
}

impl Simulation {
    fn evaluate(&self, action: &str, resource: &str) -> Document {
        let request = AccessRequest::new(action, resource).in_context(&self.context);
        let situation = Situation {
            caller: &self.caller,
            request: &request,
            principal_tags: [&self.source.tags, &[]],
            token_issued_at: None,
            now: self.now,
        };
        let policies = Policies {
            identity: Identity::Policies(&self.source.policies),
            boundary: self.source.boundary.as_deref(),
            session: None,
            resource: self
                .resource_policy
                .as_ref()
                .map_or(Verdict::Silent, |policy| policy.verdict(&situation)),
            same_account: self.same_account,
        };
        show_result(&request, decide(&situation, &policies), &situation, &self.source)
    }
}

fn show_result(
    request: &AccessRequest<'_>,
    decided: Result<(), DenialReason>,
    situation: &Situation<'_>,
    source: &Source,
) -> Document {
    let (word, wanted) = match decided {
        Ok(()) => ("allowed", Some(false)),
        Err(reason) if reason.is_explicit() => ("explicitDeny", Some(true)),
        Err(_) => ("implicitDeny", None),
    };
    let matched = source.policies.iter().enumerate().filter(|(_, policy)| match policy.verdict(situation) {
        Verdict::Silent => false,
        Verdict::Allow(_) => wanted == Some(false),
        Verdict::Deny => wanted == Some(true),
    });
    let matched = matched.map(|(index, _)| {
        Document::structure([("SourcePolicyId", Document::text(format!("PolicyInputList.{}", index + 1)))])
    });
    Document::structure([
        ("EvalActionName", Document::text(request.action)),
        ("EvalResourceName", Document::text(request.resource)),
        ("EvalDecision", Document::text(word)),
        ("MatchedStatements", Document::List(matched.collect())),
        ("MissingContextValues", Document::List(Vec::new())),
    ])
}

fn named_user(account_id: &str, name: &str) -> Caller {
    Caller {
        arn: arn::user(account_id, "/", name).into(),
        account_id: account_id.into(),
        access_key_id: "".into(),
        principal: Principal::User { name: name.into(), id: "".into() },
    }
}

/// The user of an ARN, of any account.
fn named_caller(call: &Call<'_>, user_arn: &str) -> Result<Caller, Fault> {
    let parts: Vec<&str> = user_arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account_id, rest] = parts.as_slice() else {
        return Err(not_a_user(user_arn));
    };
    let name = rest.strip_prefix("user/").ok_or_else(|| not_a_user(user_arn))?;
    let name = name.rsplit('/').next().unwrap_or(name);
    let id = call.document.user(name).filter(|_| *account_id == call.iam.account_id());
    let id = id.map(|user| user.id.as_str()).unwrap_or_default();
    Ok(Caller {
        arn: user_arn.into(),
        account_id: (*account_id).into(),
        access_key_id: "".into(),
        principal: Principal::User { name: name.into(), id: id.into() },
    })
}

fn not_a_user(user_arn: &str) -> Fault {
    let message = format!("Invalid CallerArn {user_arn}: it has to be the ARN of a user.");
    Fault::new(http::StatusCode::BAD_REQUEST, "InvalidInput", message)
}

/// The condition keys that a simulation is told.
fn context(input: &Input) -> Result<RequestContext<'static>, Fault> {
    let mut context = RequestContext::simulated();
    for entry in input.items("ContextEntries") {
        let name = crate::wire::member_text(entry, "ContextKeyName").unwrap_or_default();
        let Document::Structure(members) = entry else { continue };
        let values =
            members.iter().find(|(member, _)| member == "ContextKeyValues").map(|(_, values)| values);
        let Some(Document::List(values)) = values else {
            return Err(Fault::validation(format!("The context entry {name:?} has no ContextKeyValues.")));
        };
        let texts = values.iter().filter_map(|value| match value {
            Document::Text(text) => Some(text.clone()),
            _ => None,
        });
        context = context.with_all(name, texts);
    }
    Ok(context)
}
