//! Groups and who is in them.

use crate::directory::names::{check_name, check_path};
use crate::document::{Attachments, Document, StoredGroup};
use crate::error::IamError;
use crate::limits::{GROUPS_MAX, GROUPS_PER_USER_MAX};
use crate::random;

impl Document {
    pub(crate) fn group_named(&self, name: &str) -> Result<&StoredGroup, IamError> {
        self.group(name).ok_or_else(|| IamError::no_group(name))
    }

    pub(crate) fn group_mut(&mut self, name: &str) -> Result<&mut StoredGroup, IamError> {
        self.groups.iter_mut().find(|group| group.name == name).ok_or_else(|| IamError::no_group(name))
    }

    fn check_group_is_new(&self, name: &str) -> Result<(), IamError> {
        if self.groups.iter().any(|group| group.name.eq_ignore_ascii_case(name)) {
            return Err(IamError::EntityAlreadyExists(format!("Group with name {name} already exists.")));
        }
        Ok(())
    }

    pub(crate) fn create_group(&mut self, name: &str, path: &str, now_millis: i64) -> Result<(), IamError> {
        check_name("groupName", name)?;
        check_path(path)?;
        self.check_group_is_new(name)?;
        if self.groups.len() >= GROUPS_MAX {
            return Err(IamError::quota("GroupsPerAccount", GROUPS_MAX));
        }
        self.groups.push(StoredGroup {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random::identifier("AGPA"),
            created_millis: now_millis,
            attachments: Attachments::default(),
            members: Vec::new(),
        });
        Ok(())
    }

    pub(crate) fn update_group(
        &mut self,
        name: &str,
        new_name: Option<&str>,
        new_path: Option<&str>,
    ) -> Result<(), IamError> {
        self.group_named(name)?;
        if let Some(path) = new_path {
            check_path(path)?;
        }
        if let Some(new_name) = new_name {
            check_name("newGroupName", new_name)?;
            if !new_name.eq_ignore_ascii_case(name) {
                self.check_group_is_new(new_name)?;
            }
        }
        let group = self.group_mut(name)?;
        if let Some(path) = new_path {
            path.clone_into(&mut group.path);
        }
        if let Some(new_name) = new_name {
            new_name.clone_into(&mut group.name);
        }
        Ok(())
    }

    pub(crate) fn delete_group(&mut self, name: &str) -> Result<(), IamError> {
        let group = self.group_named(name)?;
        let first = if group.members.is_empty() {
            group.attachments.what_is_there()
        } else {
            Some("remove users from group")
        };
        if let Some(first) = first {
            return Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")));
        }
        self.groups.retain(|group| group.name != name);
        Ok(())
    }

    pub(crate) fn add_user_to_group(&mut self, group_name: &str, user_name: &str) -> Result<(), IamError> {
        self.group_named(group_name)?;
        self.user_named(user_name)?;
        let is_member = self.groups_of(user_name).any(|group| group.name == group_name);
        if !is_member && self.groups_of(user_name).count() >= GROUPS_PER_USER_MAX {
            return Err(IamError::quota("GroupsPerUser", GROUPS_PER_USER_MAX));
        }
        if !is_member {
            self.group_mut(group_name)?.members.push(user_name.to_owned());
        }
        Ok(())
    }

    pub(crate) fn remove_user_from_group(
        &mut self,
        group_name: &str,
        user_name: &str,
    ) -> Result<(), IamError> {
        self.user_named(user_name)?;
        self.group_mut(group_name)?.members.retain(|member| member != user_name);
        Ok(())
    }
}
