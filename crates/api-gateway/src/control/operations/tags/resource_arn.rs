//! What an ARN names, and its tags.
//!
//! What must stay true: an ARN of another region or of a thing without tags names nothing.

use indexmap::IndexMap;

use crate::account::AccountState;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::edit::AccountChange;
use crate::model::RestApi;

/// Something that has tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tagged {
    RestApi(String),
    /// (API id, stage name).
    Stage(String, String),
    ApiKey(String),
    UsagePlan(String),
    DomainName(String),
    ClientCertificate(String),
}

impl Tagged {
    /// What the call's `resource_arn` names: `arn:aws:apigateway:{region}::/restapis/{id}` and its like.
    pub(super) fn of(call: &Call) -> Result<Self, ControlError> {
        let arn = call.path("resource_arn");
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (scheme, _partition, service, region, _account, path) =
            (next(), next(), next(), next(), next(), next());
        let is_ours = scheme == "arn" && service == "apigateway" && region == &*call.region;
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let named = match segments.as_slice() {
            ["restapis", id] => Some(Self::RestApi((*id).to_owned())),
            ["restapis", id, "stages", stage] => Some(Self::Stage((*id).to_owned(), (*stage).to_owned())),
            ["apikeys", id] => Some(Self::ApiKey((*id).to_owned())),
            ["usageplans", id] => Some(Self::UsagePlan((*id).to_owned())),
            ["clientcertificates", id] => Some(Self::ClientCertificate((*id).to_owned())),
            ["domainnames", name] => Some(Self::DomainName((*name).to_owned())),
            _ => None,
        };
        named
            .filter(|_| is_ours)
            .ok_or_else(|| ControlError::bad_request(format!("Invalid resource ARN specified: {arn}")))
    }

    /// Its tags as they are.
    pub(super) fn tags(&self, call: &Call) -> Result<IndexMap<String, String>, ControlError> {
        match self {
            Self::RestApi(id) | Self::Stage(id, _) => {
                let api = call.gateway.rest_api(id).ok_or_else(|| self.nothing(call))?;
                let mut api = RestApi::clone(&api);
                self.in_api(&mut api).cloned().ok_or_else(|| self.nothing(call))
            }
            Self::ApiKey(_) | Self::UsagePlan(_) | Self::DomainName(_) | Self::ClientCertificate(_) => {
                let mut account = AccountState::clone(&call.gateway.account());
                self.in_account(&mut account, |tags| tags.clone()).ok_or_else(|| self.nothing(call))
            }
        }
    }

    /// Changes its tags.
    pub(super) fn edit(
        &self,
        call: &Call,
        change: impl FnOnce(&mut IndexMap<String, String>) -> Result<(), ControlError>,
    ) -> Result<(), ControlError> {
        match self {
            Self::RestApi(id) | Self::Stage(id, _) => call.edit_api_of(id, |edit| {
                change(self.in_api(&mut edit.api).ok_or_else(|| self.nothing(call))?)
            }),
            Self::ApiKey(id) => call.edit_account(|account| {
                let changed = self.in_account(account, change).ok_or_else(|| self.nothing(call))?;
                changed.map(|()| ((), vec![AccountChange::ApiKey(id.clone())]))
            }),
            Self::UsagePlan(id) => call.edit_account(|account| {
                let changed = self.in_account(account, change).ok_or_else(|| self.nothing(call))?;
                changed.map(|()| ((), vec![AccountChange::UsagePlan(id.clone())]))
            }),
            Self::DomainName(name) => call.edit_account(|account| {
                let changed = self.in_account(account, change).ok_or_else(|| self.nothing(call))?;
                changed.map(|()| ((), vec![AccountChange::DomainName(name.clone())]))
            }),
            Self::ClientCertificate(id) => call.edit_account(|account| {
                let changed = self.in_account(account, change).ok_or_else(|| self.nothing(call))?;
                changed.map(|()| ((), vec![AccountChange::ClientCertificate(id.clone())]))
            }),
        }
    }

    fn in_api<'a>(&self, api: &'a mut RestApi) -> Option<&'a mut IndexMap<String, String>> {
        match self {
            Self::Stage(_, name) => api.stages.get_mut(name).map(|stage| &mut stage.tags),
            _ => Some(&mut api.tags),
        }
    }

    fn in_account<T>(
        &self,
        account: &mut AccountState,
        change: impl FnOnce(&mut IndexMap<String, String>) -> T,
    ) -> Option<T> {
        match self {
            Self::ApiKey(id) => {
                let mut key = account.api_keys().get(id)?.clone();
                let result = change(&mut key.tags);
                account.add_api_key(key);
                Some(result)
            }
            Self::UsagePlan(id) => account.usage_plans.get_mut(id).map(|plan| change(&mut plan.tags)),
            Self::DomainName(name) => {
                account.domain_names.get_mut(name).map(|domain| change(&mut domain.tags))
            }
            Self::ClientCertificate(id) => {
                account.client_certificates.get_mut(id).map(|certificate| change(&mut certificate.tags))
            }
            _ => None,
        }
    }

    fn nothing(&self, call: &Call) -> ControlError {
        match self {
            Self::RestApi(id) => call.no_api(id),
            Self::Stage(..) => ControlError::not_found("Invalid stage identifier specified"),
            Self::ApiKey(_) => ControlError::not_found("Invalid API Key identifier specified"),
            Self::UsagePlan(_) => ControlError::not_found("Invalid Usage Plan ID specified"),
            Self::ClientCertificate(_) => ControlError::not_found("Invalid Client Certificate ID specified"),
            Self::DomainName(_) => ControlError::not_found("Invalid domain name identifier specified"),
        }
    }
}
