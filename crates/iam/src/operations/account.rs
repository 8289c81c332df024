//! What is asked of the account as a whole: GetAccountSummary, GetAccountAuthorizationDetails, ListAccountAliases; and the lists of
//! what users could have and have not here, which Terraform asks for before it deletes one.

use std::borrow::Cow;

use alluvium_aws_query::Document;

use crate::aws_managed::{self, AwsManagedPolicy};
use crate::document::{Attachments, StoredGroup, StoredPolicy, StoredRole, StoredUser};
use crate::limits;
use crate::operations::members as m;
use crate::operations::show;
use crate::wire::{Call, Fault, Form, Input, Member, Operation, Outcome, Target, optional, page};

const ENTITY: Form = Form::Words(&["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]);
const FILTER: Member = optional("Filter", Form::List { element: &ENTITY, max: 5 });
const SERVICE_NAME: Member = optional("ServiceName", Form::Text { min: 0, max: 256 });
const ALL_USERS: Member = optional("AllUsers", Form::Boolean);
const ASSIGNMENT: Member = optional("AssignmentStatus", Form::Words(&["Assigned", "Unassigned", "Any"]));

pub(crate) const ACCOUNT: &[Operation] = &[
    Operation { name: "GetAccountSummary", members: &[], target: Target::Account, run: summary },
    Operation {
        name: "GetAccountAuthorizationDetails",
        members: &[FILTER, m::MAX_ITEMS, m::MARKER],
        target: Target::Account,
        run: authorization_details,
    },
    Operation {
        name: "ListAccountAliases",
        members: &[m::MARKER, m::MAX_ITEMS],
        target: Target::Account,
        run: |_, input| nothing(input, "AccountAliases"),
    },
    Operation {
        name: "ListMFADevices",
        members: &[m::USER_OR_CALLER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| nothing_of_user(call, input, "MFADevices"),
    },
    Operation {
        name: "ListSigningCertificates",
        members: &[m::USER_OR_CALLER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| nothing_of_user(call, input, "Certificates"),
    },
    Operation {
        name: "ListSSHPublicKeys",
        members: &[m::SHORT_USER_OR_CALLER, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |call, input| nothing_of_user(call, input, "SSHPublicKeys"),
    },
    Operation {
        name: "ListServiceSpecificCredentials",
        members: &[m::SHORT_USER_OR_CALLER, SERVICE_NAME, ALL_USERS, m::MARKER, m::MAX_ITEMS],
        target: Target::User,
        run: |_, input| nothing(input, "ServiceSpecificCredentials"),
    },
    Operation {
        name: "ListVirtualMFADevices",
        members: &[ASSIGNMENT, m::MARKER, m::MAX_ITEMS],
        target: Target::Account,
        run: |_, input| nothing(input, "VirtualMFADevices"),
    },
    Operation {
        name: "GetLoginProfile",
        members: &[m::SHORT_USER_OR_CALLER],
        target: Target::User,
        run: no_login_profile,
    },
    Operation {
        name: "DeleteLoginProfile",
        members: &[m::SHORT_USER_OR_CALLER],
        target: Target::User,
        run: no_login_profile,
    },
];

fn nothing(input: &Input, name: &'static str) -> Outcome {
    let none: Vec<(String, Document)> = Vec::new();
    Ok(Some(page(input, none)?.answer(name, |item| item)))
}

fn nothing_of_user(call: &Call<'_>, input: &Input, name: &'static str) -> Outcome {
    call.document.user_named(call.user_name(input)?)?;
    nothing(input, name)
}

fn no_login_profile(call: &Call<'_>, input: &Input) -> Outcome {
    let name = call.user_name(input)?;
    call.document.user_named(name)?;
    Err(Fault::no_such_entity(format!("Login Profile for User {name} cannot be found.")))
}

#[expect(clippy::unnecessary_wraps, reason = "the table takes functions that may fail")]
fn summary(call: &Call<'_>, _: &Input) -> Outcome {
    let document = &call.document;
    let versions = document.policies.iter().map(|policy| policy.versions.len()).sum();
    let numbers = [
        ("Users", document.users.len()),
        ("UsersQuota", limits::USERS_MAX),
        ("Groups", document.groups.len()),
        ("GroupsQuota", limits::GROUPS_MAX),
        ("GroupsPerUserQuota", limits::GROUPS_PER_USER_MAX),
        ("Roles", document.roles.len()),
        ("RolesQuota", limits::ROLES_MAX),
        ("Policies", document.policies.len()),
        ("PoliciesQuota", limits::POLICIES_MAX),
        ("PolicySizeQuota", limits::MANAGED_POLICY_CHARS_MAX),
        ("PolicyVersionsInUse", versions),
        ("VersionsPerPolicyQuota", limits::POLICY_VERSIONS_MAX),
        ("AccessKeysPerUserQuota", limits::ACCESS_KEYS_PER_USER_MAX),
        ("AttachedPoliciesPerUserQuota", limits::ATTACHED_POLICIES_MAX),
        ("AttachedPoliciesPerGroupQuota", limits::ATTACHED_POLICIES_MAX),
        ("AttachedPoliciesPerRoleQuota", limits::ATTACHED_POLICIES_MAX),
        ("UserPolicySizeQuota", limits::USER_POLICY_CHARS_MAX),
        ("GroupPolicySizeQuota", limits::GROUP_POLICY_CHARS_MAX),
        ("RolePolicySizeQuota", limits::ROLE_POLICY_CHARS_MAX),
        ("AssumeRolePolicySizeQuota", limits::TRUST_POLICY_CHARS_MAX),
        ("AccountMFAEnabled", 0),
        ("MFADevices", 0),
        ("InstanceProfiles", 0),
        ("ServerCertificates", 0),
    ];
    let entries = numbers.map(|(name, number)| (name.to_owned(), show::count(number)));
    Ok(Some(Document::structure([("SummaryMap", Document::Map(entries.into()))])))
}

/// Something that GetAccountAuthorizationDetails tells of, shown when its page is asked.
enum Entity<'a> {
    User(&'a StoredUser),
    Group(&'a StoredGroup),
    Role(&'a StoredRole),
    Policy(&'a StoredPolicy),
    PolicyOfAws(&'static AwsManagedPolicy),
}

fn authorization_details(call: &Call<'_>, input: &Input) -> Outcome {
    let filter = input.texts("Filter");
    let has = |kind: &str| filter.is_empty() || filter.iter().any(|wanted| wanted == kind);
    let document = &call.document;
    let users = document.users.iter().filter(|_| has("User"));
    let groups = document.groups.iter().filter(|_| has("Group"));
    let roles = document.roles.iter().filter(|_| has("Role"));
    let policies = document.policies.iter().filter(|_| has("LocalManagedPolicy"));
    let of_aws = aws_managed::all().iter().filter(|_| has("AWSManagedPolicy"));
    let mut entries = Vec::new();
    entries.extend(users.map(|user| (format!("1{}", user.name), Entity::User(user))));
    entries.extend(groups.map(|group| (format!("2{}", group.name), Entity::Group(group))));
    entries.extend(roles.map(|role| (format!("3{}", role.name), Entity::Role(role))));
    entries.extend(policies.map(|policy| (format!("4{}", policy.arn), Entity::Policy(policy))));
    entries.extend(of_aws.map(|policy| (format!("5{}", policy.arn), Entity::PolicyOfAws(policy))));
    let page = page(input, entries)?;
    let [truncated, marker] = page.tail();
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entity in page.items {
        let shown = entity.show(call);
        match entity {
            Entity::User(_) => users.push(shown),
            Entity::Group(_) => groups.push(shown),
            Entity::Role(_) => roles.push(shown),
            Entity::Policy(_) | Entity::PolicyOfAws(_) => policies.push(shown),
        }
    }
    Ok(Some(Document::structure([
        ("UserDetailList", Document::List(users)),
        ("GroupDetailList", Document::List(groups)),
        ("RoleDetailList", Document::List(roles)),
        ("Policies", Document::List(policies)),
        truncated,
        marker,
    ])))
}

impl Entity<'_> {
    fn show(&self, call: &Call<'_>) -> Document {
        match self {
            Self::User(user) => {
                let groups = call.document.groups_of(&user.name);
                let groups = groups.map(|group| Document::text(&group.name)).collect();
                let shown = call.show_user(user, true);
                let mut shown = with_policies(call, shown, "UserPolicyList", &user.attachments);
                add(&mut shown, "GroupList", Document::List(groups));
                shown
            }
            Self::Group(group) => {
                with_policies(call, call.show_group(group), "GroupPolicyList", &group.attachments)
            }
            Self::Role(role) => {
                let shown = call.show_role(role, true);
                let mut shown = with_policies(call, shown, "RolePolicyList", &role.attachments);
                add(&mut shown, "InstanceProfileList", Document::List(Vec::new()));
                shown
            }
            Self::Policy(policy) => {
                let versions = policy
                    .versions
                    .iter()
                    .map(|version| show::version(version, version.number == policy.default_version, true));
                let mut shown = call.show_policy(policy, false);
                add(&mut shown, "PolicyVersionList", Document::List(versions.collect()));
                shown
            }
            Self::PolicyOfAws(policy) => {
                let mut shown = call.show_aws_policy(policy, false);
                add(&mut shown, "PolicyVersionList", Document::List(vec![show::aws_version(policy, true)]));
                shown
            }
        }
    }
}

fn with_policies(
    call: &Call<'_>,
    mut shown: Document,
    inline_name: &'static str,
    attachments: &Attachments,
) -> Document {
    let inline = attachments.inline.iter().map(|inline| {
        Document::structure([
            ("PolicyName", Document::text(&inline.name)),
            ("PolicyDocument", show::encoded(inline.document.text())),
        ])
    });
    let attached = attachments.managed_arns.iter().map(|arn| call.show_attached(arn));
    add(&mut shown, inline_name, Document::List(inline.collect()));
    add(&mut shown, "AttachedManagedPolicies", Document::List(attached.collect()));
    shown
}

fn add(structure: &mut Document, name: &'static str, value: Document) {
    if let Document::Structure(members) = structure {
        members.push((Cow::Borrowed(name), value));
    }
}
