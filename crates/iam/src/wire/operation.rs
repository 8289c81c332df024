//! What an operation is made of, and what it works on.

use std::sync::Arc;

use alluvium_aws_query::Document;

use crate::access::{AccessRequest, Authorizer};
use crate::arn;
use crate::aws_managed;
use crate::caller::{Caller, Principal};
use crate::context::RequestContext;
use crate::document as stored;
use crate::iam::Iam;
use crate::wire::fault::Fault;
use crate::wire::form::Form;
use crate::wire::input::Input;

/// The operations for which `iam:PermissionsBoundary` is what the user or role has, rather than what the request says
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>).
const OF_BOUNDED_HOLDERS: &[&str] = &[
    "AttachRolePolicy",
    "AttachUserPolicy",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DeleteUserPermissionsBoundary",
    "DeleteUserPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
];

/// The result of an operation's work; `None` for one that answers nothing.
pub(crate) type Outcome = Result<Option<Document>, Fault>;

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) members: &'static [Member],
    pub(crate) target: Target,
    pub(crate) run: fn(&Call<'_>, &Input) -> Outcome,
}

/// A member of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) form: Form,
}

/// A member that has to be there.
pub(crate) const fn required(name: &'static str, form: Form) -> Member {
    Member { name, required: true, form }
}

/// A member that may be there.
pub(crate) const fn optional(name: &'static str, form: Form) -> Member {
    Member { name, required: false, form }
}

/// What an operation works on, which is what the caller needs a permission for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing that takes a permission, or the operation asks by itself.
    None,
    /// The account as a whole.
    Account,
    /// The user named, or the caller.
    User,
    /// The user of the access key named.
    UserOfKey,
    /// The user or role whose policies are simulated.
    PolicySource,
    /// Users below a path.
    Users,
    /// The group named.
    Group,
    /// Groups below a path.
    Groups,
    /// The role named.
    Role,
    /// Roles below a path.
    Roles,
    /// The policy of an ARN.
    Policy,
    /// A policy that is to be made.
    NewPolicy,
    /// Policies below a path.
    Policies,
}

/// One request whose sender is known.
pub(crate) struct Call<'a> {
    pub(crate) iam: &'a Iam,
    pub(crate) authorizer: &'a Authorizer,
    pub(crate) caller: &'a Caller,
    pub(crate) context: &'a RequestContext<'a>,
    /// The account as it was when the request came.
    pub(crate) document: Arc<stored::Document>,
}

impl Call<'_> {
    /// Asks whether the caller may do this to that.
    pub(crate) fn authorize(&self, service: &str, operation: &Operation, input: &Input) -> Result<(), Fault> {
        if operation.target == Target::None {
            return Ok(());
        }
        let action = format!("{service}:{}", operation.name);
        let (resource, tags) = self.resource(operation.target, input);
        let context = self
            .context
            .clone()
            .with_resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let mut context = with_request_keys(context, input);
        if OF_BOUNDED_HOLDERS.contains(&operation.name)
            && let Some(boundary) = self.boundary(operation.target, input)
        {
            context = context.with("iam:PermissionsBoundary", boundary);
        }
        let request = AccessRequest::new(&action, &resource).in_context(&context);
        self.authorizer.authorize(self.caller, &request, None)?;
        if let Some(renamed) = self.renamed(operation.target, input) {
            let request = AccessRequest::new(&action, &renamed).in_context(&context);
            self.authorizer.authorize(self.caller, &request, None)?;
        }
        Ok(())
    }

    /// The ARN that a user or a group gets by a request, for which the caller needs the permission as well
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html>).
    fn renamed(&self, target: Target, input: &Input) -> Option<String> {
        let new_path = input.text("NewPath");
        let account_id = self.iam.account_id();
        match target {
            Target::User => {
                let new_name = input.text("NewUserName");
                new_name.or(new_path)?;
                let name = input.required("UserName");
                let path = self.document.user(name).map_or("/", |user| &user.path);
                Some(arn::user(account_id, new_path.unwrap_or(path), new_name.unwrap_or(name)))
            }
            Target::Group => {
                let new_name = input.text("NewGroupName");
                new_name.or(new_path)?;
                let name = input.required("GroupName");
                let path = self.document.group(name).map_or("/", |group| &group.path);
                Some(arn::group(account_id, new_path.unwrap_or(path), new_name.unwrap_or(name)))
            }
            _ => None,
        }
    }

    /// The permissions boundary that the user or role named has.
    fn boundary(&self, target: Target, input: &Input) -> Option<&str> {
        match target {
            Target::User => self.document.user(input.required("UserName"))?.permissions_boundary.as_deref(),
            Target::Role => self.document.role(input.required("RoleName"))?.permissions_boundary.as_deref(),
            _ => None,
        }
    }

    /// The user that a request is about: the one named, else the caller.
    pub(crate) fn user_name<'b>(&'b self, input: &'b Input) -> Result<&'b str, Fault> {
        if let Some(name) = input.text("UserName") {
            return Ok(name);
        }
        match &self.caller.principal {
            Principal::User { name, .. } => Ok(name),
            _ => Err(Fault::validation("Must specify userName when calling with non-User credentials")),
        }
    }

    /// ARN and tags of what a request works on. What is not there has the ARN that it would have.
    fn resource(&self, target: Target, input: &Input) -> (String, stored::Tags) {
        let account_id = self.iam.account_id();
        let path = input.text("Path").unwrap_or("/");
        let prefix = input.text("PathPrefix").unwrap_or("/");
        let document = &self.document;
        match target {
            Target::None | Target::Account => ("*".to_owned(), Vec::new()),
            Target::User => {
                let name = self.user_name(input).unwrap_or_default();
                match document.user(name) {
                    Some(user) => (arn::user(account_id, &user.path, name), user.tags.clone()),
                    None => (arn::user(account_id, path, name), Vec::new()),
                }
            }
            Target::UserOfKey => match document.access_key(input.required("AccessKeyId")) {
                Some((user, _)) => (arn::user(account_id, &user.path, &user.name), user.tags.clone()),
                None => ("*".to_owned(), Vec::new()),
            },
            Target::PolicySource => {
                let arn = input.required("PolicySourceArn");
                let user = document.user_of_arn(account_id, arn).map(|user| &user.tags);
                let tags = user.or_else(|| self.iam.stored_role(document, arn).map(|role| &role.tags));
                (arn.to_owned(), tags.cloned().unwrap_or_default())
            }
            Target::Group => {
                let name = input.required("GroupName");
                let path = document.group(name).map_or(path, |group| &group.path);
                (arn::group(account_id, path, name), Vec::new())
            }
            Target::Role => {
                let name = input.required("RoleName");
                match document.role(name) {
                    Some(role) => (arn::role(account_id, &role.path, name), role.tags.clone()),
                    None => (arn::role(account_id, path, name), Vec::new()),
                }
            }
            Target::Policy => {
                let arn = input.required("PolicyArn");
                let tags = document.policy(arn).map(|policy| policy.tags.clone());
                (arn.to_owned(), tags.unwrap_or_default())
            }
            Target::NewPolicy => (arn::policy(account_id, path, input.required("PolicyName")), Vec::new()),
            Target::Users => (arn::user(account_id, prefix, ""), Vec::new()),
            Target::Groups => (arn::group(account_id, prefix, ""), Vec::new()),
            Target::Roles => (arn::role(account_id, prefix, ""), Vec::new()),
            Target::Policies => (arn::policy(account_id, prefix, ""), Vec::new()),
        }
    }

    /// The name of a managed policy, for answers that show it beside its ARN.
    pub(crate) fn policy_name(&self, arn: &str) -> String {
        let of_aws = aws_managed::by_arn(arn).map(|policy| policy.name.to_owned());
        of_aws.or_else(|| self.document.policy(arn).map(|policy| policy.name.clone())).unwrap_or_default()
    }
}

/// The condition keys that a request brings by itself.
fn with_request_keys<'a>(mut context: RequestContext<'a>, input: &Input) -> RequestContext<'a> {
    if let Some(arn) = input.text("PolicyArn") {
        context = context.with("iam:PolicyARN", arn);
    }
    if let Some(arn) = input.text("PermissionsBoundary") {
        context = context.with("iam:PermissionsBoundary", arn);
    }
    let tags = input.tags();
    for (key, value) in &tags {
        context = context.with(&format!("aws:RequestTag/{key}"), value.clone());
    }
    let keys = tags.into_iter().map(|(key, _)| key).chain(input.texts("TagKeys"));
    context.with_all("aws:TagKeys", keys)
}
