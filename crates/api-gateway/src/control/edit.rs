//! Edits as operations make them: AWS's answers in place of the store's.

use super::call::Call;
use super::error::ControlError;
use crate::account::AccountState;
use crate::edit::{AccountChange, ApiEdit, EditError};

impl Call {
    /// Changes the API that the path names.
    pub(crate) fn edit_api<T>(
        &self,
        change: impl FnOnce(&mut ApiEdit) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.edit_api_of(self.path("restapi_id"), change)
    }

    /// Changes the API of this id.
    pub(crate) fn edit_api_of<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut ApiEdit) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.gateway.edit_api(id, change).map_err(|error| refusal(error, || self.no_api(id)))
    }

    /// Changes the API that the path names; an unknown API is an unknown resource, as AWS says of methods and what is below them.
    pub(crate) fn edit_resource<T>(
        &self,
        change: impl FnOnce(&mut ApiEdit) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        let id = self.path("restapi_id");
        self.gateway.edit_api(id, change).map_err(|error| refusal(error, super::lookup::no_resource))
    }

    /// Changes the account; `change` says what is to be written.
    pub(crate) fn edit_account<T>(
        &self,
        change: impl FnOnce(&mut AccountState) -> Result<(T, Vec<AccountChange>), ControlError>,
    ) -> Result<T, ControlError> {
        let no_api = || ControlError::internal("The account could not be changed");
        self.gateway.edit_account(change).map_err(|error| refusal(error, no_api))
    }
}

fn refusal(error: EditError<ControlError>, no_api: impl FnOnce() -> ControlError) -> ControlError {
    match error {
        EditError::NoApi(_) => no_api(),
        EditError::Refused(error) => error,
        EditError::Save(error) => ControlError::not_saved(&error),
    }
}
