//! What belongs to the account and to no single API: its settings, API keys, usage plans, custom domain names and client
//! certificates.
//!
//! What must stay true: a key is found by its value in one look; the values in the index are those of the keys.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::model::{Account, ApiKey, ClientCertificate, DomainName, UsagePlan};

/// The account in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountState {
    pub(crate) settings: Account,
    /// By id.
    api_keys: IndexMap<String, ApiKey>,
    /// Ids by value.
    ids_by_value: HashMap<String, String>,
    /// By id.
    pub(crate) usage_plans: IndexMap<String, UsagePlan>,
    /// By the name itself.
    pub(crate) domain_names: IndexMap<String, DomainName>,
    /// By id.
    pub(crate) client_certificates: IndexMap<String, ClientCertificate>,
}

impl AccountState {
    /// Adds a key, or puts it in the place of the one of its id.
    pub(crate) fn add_api_key(&mut self, key: ApiKey) {
        self.remove_api_key(&key.id.clone());
        self.ids_by_value.insert(key.value.clone(), key.id.clone());
        self.api_keys.insert(key.id.clone(), key);
    }

    /// Takes a key out.
    pub(crate) fn remove_api_key(&mut self, id: &str) -> Option<ApiKey> {
        let removed = self.api_keys.shift_remove(id)?;
        self.ids_by_value.remove(&removed.value);
        Some(removed)
    }

    /// Adds a plan, or puts it in the place of the one of its id.
    pub(crate) fn add_usage_plan(&mut self, plan: UsagePlan) {
        self.usage_plans.insert(plan.id.clone(), plan);
    }

    /// Adds a domain name, or puts it in the place of the same.
    pub(crate) fn add_domain_name(&mut self, domain: DomainName) {
        self.domain_names.insert(domain.domain_name.clone(), domain);
    }

    /// Adds a client certificate, or puts it in the place of the one of its id.
    pub(crate) fn add_client_certificate(&mut self, certificate: ClientCertificate) {
        self.client_certificates.insert(certificate.id.clone(), certificate);
    }

    /// The keys by id.
    pub(crate) fn api_keys(&self) -> &IndexMap<String, ApiKey> {
        &self.api_keys
    }

    /// The key that a caller sent.
    pub(crate) fn api_key_of_value(&self, value: &str) -> Option<&ApiKey> {
        self.api_keys.get(self.ids_by_value.get(value)?)
    }
}
