//! How anything is changed: on a copy, then on the disk, then for everybody to see.
//!
//! What must stay true: a change that is refused or cannot be saved has changed nothing; readers see the old or the new, whole.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use crate::account::AccountState;
use crate::compile::DeployedStage;
use crate::gateway::{ApiGateway, ApiState, tell_of};
use crate::model::{ApiStage, Deployment, RestApi};
use crate::state::{Change, SaveError};

/// Why an edit did not happen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError<E> {
    /// There is no such API.
    #[error("there is no API '{0}'")]
    NoApi(String),
    /// The edit itself refuses.
    #[error("{0}")]
    Refused(E),
    /// It could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// An API while it is being changed.
pub(crate) struct ApiEdit {
    /// The API; change what you like but its id.
    pub(crate) api: RestApi,
    /// The deployments that were there before the edit, by id.
    deployments: HashMap<String, Arc<Deployment>>,
    added: Vec<Deployment>,
    removed: Vec<String>,
}

impl ApiEdit {
    /// The deployment of this id, unless this edit removed it.
    pub(crate) fn deployment(&self, id: &str) -> Option<&Deployment> {
        if self.removed.iter().any(|removed| removed == id) {
            return None;
        }
        self.added
            .iter()
            .find(|added| added.id == id)
            .or_else(|| self.deployments.get(id).map(|deployment| &**deployment))
    }

    /// How many deployments there are.
    pub(crate) fn deployment_count(&self) -> usize {
        let is_kept =
            |id: &&String| !self.removed.contains(id) && !self.added.iter().any(|added| added.id == **id);
        self.deployments.keys().filter(is_kept).count() + self.added.len()
    }

    /// Adds a deployment, or puts it in the place of the one of its id.
    pub(crate) fn put_deployment(&mut self, deployment: Deployment) {
        self.removed.retain(|removed| *removed != deployment.id);
        self.added.retain(|added| added.id != deployment.id);
        self.added.push(deployment);
    }

    /// Removes a deployment.
    pub(crate) fn remove_deployment(&mut self, id: &str) {
        self.added.retain(|added| added.id != id);
        self.removed.push(id.to_owned());
    }
}

impl ApiGateway {
    /// Changes one API. Blocks on the disk. Edits happen one after the other; `change` sees the newest state.
    pub(crate) fn edit_api<T, E>(
        &self,
        api_id: &str,
        change: impl FnOnce(&mut ApiEdit) -> Result<T, E>,
    ) -> Result<T, EditError<E>> {
        let file = self.file();
        let before = {
            let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
            apis.get(api_id).cloned().ok_or_else(|| EditError::NoApi(api_id.to_owned()))?
        };
        let mut edit = ApiEdit {
            api: RestApi::clone(&before.api),
            deployments: before.deployments.clone(),
            added: Vec::new(),
            removed: Vec::new(),
        };
        let result = change(&mut edit).map_err(EditError::Refused)?;
        let ApiEdit { api, mut deployments, added, removed } = edit;
        let mut changes = vec![Change::PutApi(&api)];
        changes.extend(removed.iter().map(|id| Change::DeleteDeployment(api_id, id)));
        changes.extend(added.iter().map(|deployment| Change::PutDeployment(api_id, deployment)));
        for id in &removed {
            deployments.remove(id);
        }
        for deployment in &added {
            deployments.insert(deployment.id.clone(), Arc::new(deployment.clone()));
        }
        let mut stages = before.stages;
        stages.retain(|name, _| api.stages.contains_key(name));
        for (name, stage) in &api.stages {
            if before.api.stages.get(name) == Some(stage) && stages.contains_key(name) {
                continue;
            }
            let Some(deployment) = deployments.get(&stage.deployment_id) else {
                stages.remove(name);
                continue;
            };
            let deployed = DeployedStage::compile(api_id, stage, deployment);
            tell_of(&deployed);
            stages.insert(name.clone(), Arc::new(deployed));
        }
        let is_gone = |stage: &str| before.api.stages.contains_key(stage) && !api.stages.contains_key(stage);
        let account = self.account_without(api_id, is_gone);
        changes.extend(account.iter().flat_map(AccountEdit::changes));
        file.commit(&changes)?;
        let state = ApiState { api: Arc::new(api), deployments, stages };
        self.0.apis.write().unwrap_or_else(PoisonError::into_inner).insert(api_id.to_owned(), state);
        self.show_account(account);
        Ok(result)
    }

    /// Adds an API that is not there yet, as it is given. Blocks on the disk.
    pub fn add_api(&self, api: RestApi) -> Result<Arc<RestApi>, SaveError> {
        let file = self.file();
        file.commit(&[Change::PutApi(&api)])?;
        let api = Arc::new(api);
        let state = ApiState { api: Arc::clone(&api), deployments: HashMap::new(), stages: HashMap::new() };
        self.0.apis.write().unwrap_or_else(PoisonError::into_inner).insert(api.id.clone(), state);
        Ok(api)
    }

    /// Removes an API with its stages and deployments, also from usage plans; `false` when there is none. Blocks on the disk.
    pub(crate) fn remove_api(&self, api_id: &str) -> Result<bool, SaveError> {
        let file = self.file();
        if self.rest_api(api_id).is_none() {
            return Ok(false);
        }
        let account = self.account_without(api_id, |_| true);
        let mut changes = vec![Change::DeleteApi(api_id)];
        changes.extend(account.iter().flat_map(AccountEdit::changes));
        file.commit(&changes)?;
        self.0.apis.write().unwrap_or_else(PoisonError::into_inner).remove(api_id);
        self.show_account(account);
        Ok(true)
    }

    /// The account with an API's stages that are gone out of all usage plans, as AWS does; `None` when no plan has one. Whoever
    /// asks holds the file, so that nobody changes the account meanwhile.
    fn account_without(&self, api_id: &str, is_gone: impl Fn(&str) -> bool) -> Option<AccountEdit> {
        let is_of_gone = |stage: &ApiStage| {
            stage.api_id.as_deref() == Some(api_id) && is_gone(stage.stage.as_deref().unwrap_or_default())
        };
        let before = self.account();
        let plans = before.usage_plans.values().filter(|plan| plan.api_stages.iter().any(is_of_gone));
        let changed: Vec<_> = plans.map(|plan| AccountChange::UsagePlan(plan.id.clone())).collect();
        if changed.is_empty() {
            return None;
        }
        let mut account = AccountState::clone(&before);
        for plan in account.usage_plans.values_mut() {
            plan.api_stages.retain(|stage| !is_of_gone(stage));
        }
        Some(AccountEdit { account, changed })
    }

    /// Shows an account that is on the disk. Keys stay in their plans, so what is counted stays too.
    fn show_account(&self, edit: Option<AccountEdit>) {
        let Some(AccountEdit { account, .. }) = edit else { return };
        let access = &self.0.environment.access;
        access.put_plans(access.plans().rebuilt(&account));
        *self.0.account.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(account);
    }

    /// The account as it is now.
    pub(crate) fn account(&self) -> Arc<AccountState> {
        Arc::clone(&self.0.account.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the account: `change` works on a copy and says what is to be written. Blocks on the disk.
    pub(crate) fn edit_account<T, E>(
        &self,
        change: impl FnOnce(&mut AccountState) -> Result<(T, Vec<AccountChange>), E>,
    ) -> Result<T, EditError<E>> {
        let file = self.file();
        let mut account = AccountState::clone(&self.account());
        let (result, changed) = change(&mut account).map_err(EditError::Refused)?;
        let access = &self.0.environment.access;
        let plans = access.plans();
        let next_plans = plans.rebuilt(&account);
        let mut steps: Vec<Change<'_>> = changed.iter().map(|change| change.of(&account)).collect();
        let left = plans.memberships().filter(|(plan, key, _)| next_plans.membership(plan, key).is_none());
        steps.extend(left.map(|(plan, key, _)| Change::DeleteUsage(plan, key)));
        file.commit(&steps)?;
        access.put_plans(next_plans);
        self.0.environment.http.put_certificates(&account);
        *self.0.account.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(account);
        Ok(result)
    }
}

/// The account as it will be, and what of it is to be written.
struct AccountEdit {
    account: AccountState,
    changed: Vec<AccountChange>,
}

impl AccountEdit {
    fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        self.changed.iter().map(|change| change.of(&self.account))
    }
}

/// What of the account an edit has changed, by id; what is no longer there is deleted.
pub(crate) enum AccountChange {
    Settings,
    ApiKey(String),
    UsagePlan(String),
    /// With its base path mappings.
    DomainName(String),
    ClientCertificate(String),
}

impl AccountChange {
    fn of<'a>(&'a self, account: &'a AccountState) -> Change<'a> {
        match self {
            Self::Settings => Change::PutAccount(&account.settings),
            Self::ApiKey(id) => {
                account.api_keys().get(id).map_or(Change::DeleteApiKey(id), Change::PutApiKey)
            }
            Self::UsagePlan(id) => {
                account.usage_plans.get(id).map_or(Change::DeleteUsagePlan(id), Change::PutUsagePlan)
            }
            Self::DomainName(name) => {
                account.domain_names.get(name).map_or(Change::DeleteDomainName(name), Change::PutDomainName)
            }
            Self::ClientCertificate(id) => account
                .client_certificates
                .get(id)
                .map_or(Change::DeleteClientCertificate(id), Change::PutClientCertificate),
        }
    }
}
