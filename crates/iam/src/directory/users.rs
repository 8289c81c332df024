//! Users: made, renamed with their memberships, and deleted when nothing hangs on them.

use crate::arn;
use crate::directory::names::{check_name, check_path};
use crate::document::{Attachments, Document, StoredUser, Tags};
use crate::error::IamError;
use crate::limits::USERS_MAX;
use crate::random;

/// A user that is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewUser<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    pub(crate) tags: &'a Tags,
    pub(crate) permissions_boundary: Option<&'a str>,
}

impl Document {
    pub(crate) fn user_named(&self, name: &str) -> Result<&StoredUser, IamError> {
        self.user(name).ok_or_else(|| IamError::no_user(name))
    }

    /// The user of an ARN.
    pub(crate) fn user_of_arn(&self, account_id: &str, wanted: &str) -> Option<&StoredUser> {
        self.users.iter().find(|user| arn::user(account_id, &user.path, &user.name) == wanted)
    }

    pub(crate) fn user_mut(&mut self, name: &str) -> Result<&mut StoredUser, IamError> {
        self.users.iter_mut().find(|user| user.name == name).ok_or_else(|| IamError::no_user(name))
    }

    pub(crate) fn create_user(&mut self, new: &NewUser<'_>, now_millis: i64) -> Result<(), IamError> {
        check_name("userName", new.name)?;
        check_path(new.path)?;
        self.check_user_is_new(new.name)?;
        if self.users.len() >= USERS_MAX {
            return Err(IamError::quota("UsersPerAccount", USERS_MAX));
        }
        if let Some(arn) = new.permissions_boundary {
            self.check_attachable(arn)?;
        }
        self.users.push(StoredUser {
            name: new.name.to_owned(),
            path: new.path.to_owned(),
            id: random::identifier("AIDA"),
            created_millis: now_millis,
            tags: Vec::new(),
            permissions_boundary: new.permissions_boundary.map(ToOwned::to_owned),
            attachments: Attachments::default(),
            access_keys: Vec::new(),
        });
        super::tags::set(&mut self.user_mut(new.name)?.tags, new.tags)
    }

    fn check_user_is_new(&self, name: &str) -> Result<(), IamError> {
        if self.users.iter().any(|user| user.name.eq_ignore_ascii_case(name)) {
            return Err(IamError::EntityAlreadyExists(format!("User with name {name} already exists.")));
        }
        Ok(())
    }

    pub(crate) fn update_user(
        &mut self,
        name: &str,
        new_name: Option<&str>,
        new_path: Option<&str>,
    ) -> Result<(), IamError> {
        self.user_named(name)?;
        if let Some(path) = new_path {
            check_path(path)?;
        }
        if let Some(new_name) = new_name {
            check_name("newUserName", new_name)?;
            if !new_name.eq_ignore_ascii_case(name) {
                self.check_user_is_new(new_name)?;
            }
            for member in self.groups.iter_mut().flat_map(|group| &mut group.members) {
                if member == name {
                    new_name.clone_into(member);
                }
            }
        }
        let user = self.user_mut(name)?;
        if let Some(path) = new_path {
            path.clone_into(&mut user.path);
        }
        if let Some(new_name) = new_name {
            new_name.clone_into(&mut user.name);
        }
        Ok(())
    }

    pub(crate) fn delete_user(&mut self, name: &str) -> Result<(), IamError> {
        let user = self.user_named(name)?;
        let first = if self.groups_of(name).next().is_some() {
            "remove users from group"
        } else if let Some(first) = user.attachments.what_is_there() {
            first
        } else if !user.access_keys.is_empty() {
            "delete access keys"
        } else {
            self.users.retain(|user| user.name != name);
            return Ok(());
        };
        Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")))
    }
}
