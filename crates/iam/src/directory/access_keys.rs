//! Access keys of users.

use alluvium_sigv4::Credentials;

use crate::document::{Document, StoredAccessKey};
use crate::error::IamError;
use crate::limits::ACCESS_KEYS_PER_USER_MAX;

impl Document {
    pub(crate) fn add_access_key(
        &mut self,
        user_name: &str,
        credentials: &Credentials,
        now_millis: i64,
    ) -> Result<(), IamError> {
        let access_key_id = &credentials.access_key_id;
        if self.access_key(access_key_id).is_some() {
            return Err(IamError::EntityAlreadyExists(format!(
                "Access key with id {access_key_id} already exists."
            )));
        }
        let user = self.user_mut(user_name)?;
        if user.access_keys.len() >= ACCESS_KEYS_PER_USER_MAX {
            return Err(IamError::quota("AccessKeysPerUser", ACCESS_KEYS_PER_USER_MAX));
        }
        user.access_keys.push(StoredAccessKey {
            access_key_id: access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            created_millis: now_millis,
            active: true,
        });
        Ok(())
    }

    pub(crate) fn set_access_key_status(
        &mut self,
        user_name: &str,
        access_key_id: &str,
        active: bool,
    ) -> Result<(), IamError> {
        let user = self.user_mut(user_name)?;
        let key = user.access_keys.iter_mut().find(|key| key.access_key_id == access_key_id);
        key.ok_or_else(|| IamError::no_access_key(access_key_id))?.active = active;
        Ok(())
    }

    pub(crate) fn delete_access_key(&mut self, user_name: &str, access_key_id: &str) -> Result<(), IamError> {
        let keys = &mut self.user_mut(user_name)?.access_keys;
        let before = keys.len();
        keys.retain(|key| key.access_key_id != access_key_id);
        if keys.len() == before { Err(IamError::no_access_key(access_key_id)) } else { Ok(()) }
    }
}
