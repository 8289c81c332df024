//! Put and Delete of the permissions boundaries of users and roles.

use crate::error::IamError;
use crate::operations::members as m;
use crate::wire::{Call, Input, Operation, Outcome, Target};

pub(crate) const BOUNDARIES: &[Operation] = &[
    Operation {
        name: "PutUserPermissionsBoundary",
        members: &[m::SHORT_USER, m::BOUNDARY_ARN],
        target: Target::User,
        run: set_of_user,
    },
    Operation {
        name: "DeleteUserPermissionsBoundary",
        members: &[m::SHORT_USER],
        target: Target::User,
        run: set_of_user,
    },
    Operation {
        name: "PutRolePermissionsBoundary",
        members: &[m::ROLE, m::BOUNDARY_ARN],
        target: Target::Role,
        run: set_of_role,
    },
    Operation {
        name: "DeleteRolePermissionsBoundary",
        members: &[m::ROLE],
        target: Target::Role,
        run: set_of_role,
    },
];

/// Sets the boundary that is given, or takes it away.
fn set(boundary: &mut Option<String>, arn: Option<&str>, name: &str) -> Result<(), IamError> {
    if arn.is_none() && boundary.is_none() {
        return Err(IamError::NoSuchEntity(format!("{name} has no permissions boundary.")));
    }
    *boundary = arn.map(ToOwned::to_owned);
    Ok(())
}

fn set_of_user(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, arn) = (input.required("UserName"), input.text("PermissionsBoundary"));
    call.iam.change(|document, _| {
        document.user_named(name)?;
        arn.map_or(Ok(()), |arn| document.check_attachable(arn))?;
        set(&mut document.user_mut(name)?.permissions_boundary, arn, name)
    })?;
    Ok(None)
}

fn set_of_role(call: &Call<'_>, input: &Input) -> Outcome {
    let (name, arn) = (input.required("RoleName"), input.text("PermissionsBoundary"));
    call.iam.change(|document, _| {
        document.role_named(name)?;
        arn.map_or(Ok(()), |arn| document.check_attachable(arn))?;
        set(&mut document.role_mut(name)?.permissions_boundary, arn, name)
    })?;
    Ok(None)
}
