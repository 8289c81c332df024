//! CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion, DeletePolicyVersion.

use alluvium_aws_query::Document;

use crate::aws_managed;
use crate::directory::parse_version;
use crate::operations::members as m;
use crate::operations::show;
use crate::wire::{Call, Fault, Form, Input, Member, Operation, Outcome, Target, optional, page};

const SET_AS_DEFAULT: Member = optional("SetAsDefault", Form::Boolean);

pub(crate) const POLICY_VERSIONS: &[Operation] = &[
    Operation {
        name: "CreatePolicyVersion",
        members: &[m::POLICY_ARN, m::POLICY_DOCUMENT, SET_AS_DEFAULT],
        target: Target::Policy,
        run: create,
    },
    Operation {
        name: "GetPolicyVersion",
        members: &[m::POLICY_ARN, m::VERSION_ID],
        target: Target::Policy,
        run: get,
    },
    Operation {
        name: "ListPolicyVersions",
        members: &[m::POLICY_ARN, m::MARKER, m::MAX_ITEMS],
        target: Target::Policy,
        run: list,
    },
    Operation {
        name: "SetDefaultPolicyVersion",
        members: &[m::POLICY_ARN, m::VERSION_ID],
        target: Target::Policy,
        run: set_default,
    },
    Operation {
        name: "DeletePolicyVersion",
        members: &[m::POLICY_ARN, m::VERSION_ID],
        target: Target::Policy,
        run: delete,
    },
];

fn create(call: &Call<'_>, input: &Input) -> Outcome {
    let (arn, text) = (input.required("PolicyArn"), input.required("PolicyDocument"));
    let as_default = input.boolean("SetAsDefault");
    let (number, created_millis) = call.iam.change(|document, now_millis| {
        Ok((document.create_policy_version(arn, text, as_default, now_millis)?, now_millis))
    })?;
    Ok(Some(Document::structure([(
        "PolicyVersion",
        Document::structure([
            ("VersionId", Document::text(format!("v{number}"))),
            ("IsDefaultVersion", Document::Boolean(as_default)),
            ("CreateDate", show::time(created_millis)),
        ]),
    )])))
}

fn get(call: &Call<'_>, input: &Input) -> Outcome {
    let (arn, id) = (input.required("PolicyArn"), input.required("VersionId"));
    let missing =
        || Fault::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."));
    let shown = if let Some(policy) = aws_managed::by_arn(arn) {
        if id != "v1" {
            return Err(missing());
        }
        show::aws_version(policy, true)
    } else {
        let policy = call.document.policy_of_arn(arn)?;
        let number = parse_version(id);
        let version = policy.versions.iter().find(|version| Some(version.number) == number);
        let version = version.ok_or_else(missing)?;
        show::version(version, version.number == policy.default_version, true)
    };
    Ok(Some(Document::structure([("PolicyVersion", shown)])))
}

fn list(call: &Call<'_>, input: &Input) -> Outcome {
    let arn = input.required("PolicyArn");
    let mut entries: Vec<(String, Document)> = Vec::new();
    if let Some(policy) = aws_managed::by_arn(arn) {
        entries.push((String::new(), show::aws_version(policy, false)));
    } else {
        let policy = call.document.policy_of_arn(arn)?;
        for version in &policy.versions {
            // The newest first.
            let place = format!("{:010}", u32::MAX - version.number);
            let is_default = version.number == policy.default_version;
            entries.push((place, show::version(version, is_default, false)));
        }
    }
    Ok(Some(page(input, entries)?.answer("Versions", |version| version)))
}

fn set_default(call: &Call<'_>, input: &Input) -> Outcome {
    let (arn, id) = (input.required("PolicyArn"), input.required("VersionId"));
    call.iam.change(|document, now_millis| document.set_default_policy_version(arn, id, now_millis))?;
    Ok(None)
}

fn delete(call: &Call<'_>, input: &Input) -> Outcome {
    let (arn, id) = (input.required("PolicyArn"), input.required("VersionId"));
    call.iam.change(|document, _| document.delete_policy_version(arn, id))?;
    Ok(None)
}
