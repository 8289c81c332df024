//! Custom domain names at work: from the host and the path of a request to its API and stage.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html>
//!
//! What must stay true: a custom domain name takes every path of its host, and no host but its own; a name by itself wins over one
//! with `*`; a mapping with the path's first segment wins over the one without a base path.

use http::Request;
use percent_encoding::percent_decode_str;

use crate::account::AccountState;
use crate::gateway::ApiGateway;
use crate::invoke_url::{InvokeUrl, host_of};
use crate::model::{BasePathMapping, DomainName, NO_BASE_PATH};

impl ApiGateway {
    /// What a request is for: by the base path mappings of the custom domain name that its host is, else as
    /// [`InvokeUrl::of_request`] reads it. `None` when it is not for a deployed API. A path that no mapping takes is for the API
    /// without an id, which nobody can make: its answer is 403, as on AWS.
    pub fn invoke_url_of<B>(&self, request: &Request<B>) -> Option<InvokeUrl> {
        match self.account().domain_name_of(request) {
            Some(domain) => Some(domain.invoke_url(request.uri().path())),
            None => InvokeUrl::of_request(request),
        }
    }

    /// Whether a request came to a custom domain name, and not to an API's own invoke URL.
    pub(crate) fn is_for_domain_name<B>(&self, request: &Request<B>) -> bool {
        self.account().domain_name_of(request).is_some()
    }
}

impl AccountState {
    fn domain_name_of<B>(&self, request: &Request<B>) -> Option<&DomainName> {
        if self.domain_names.is_empty() {
            return None;
        }
        self.domain_name_of_host(host_of(request)?)
    }

    /// The custom domain name that a host, perhaps with a port, is.
    pub(crate) fn domain_name_of_host(&self, host: &str) -> Option<&DomainName> {
        let host = normal(host);
        self.domain_names.get(&host).or_else(|| {
            let (_, parent) = host.split_once('.')?;
            self.domain_names.get(&format!("*.{parent}"))
        })
    }
}

impl DomainName {
    fn invoke_url(&self, path: &str) -> InvokeUrl {
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (segment, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let named = percent_decode_str(segment).decode_utf8().ok();
        let named = named.filter(|name| *name != NO_BASE_PATH);
        if let Some(mapping) = named.and_then(|name| self.base_path_mappings.get(&*name)) {
            return mapping.invoke_url(below);
        }
        match self.base_path_mappings.get(NO_BASE_PATH) {
            Some(mapping) => mapping.invoke_url(path),
            None => InvokeUrl { api_id: String::new(), stage: String::new(), path: path.to_owned() },
        }
    }
}

impl BasePathMapping {
    /// `path` is what is below the base path.
    fn invoke_url(&self, path: &str) -> InvokeUrl {
        match &self.stage {
            Some(stage) => InvokeUrl {
                api_id: self.rest_api_id.clone(),
                stage: stage.clone(),
                path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            },
            None => InvokeUrl::below_stage(&self.rest_api_id, path),
        }
    }
}

/// A host as domain names are kept: in lower case, without the port and the root's dot.
pub(crate) fn normal(host: &str) -> String {
    let name = host.split(':').next().unwrap_or_default();
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account() -> AccountState {
        let mut account = AccountState::default();
        for (name, mappings) in [
            ("api.example.com", vec![("(none)", Some("prod")), ("orders", Some("v1")), ("free", None)]),
            ("*.example.com", vec![("only", Some("w"))]),
        ] {
            let mappings = mappings.into_iter().map(|(base_path, stage)| {
                let mapping = BasePathMapping {
                    base_path: base_path.to_owned(),
                    rest_api_id: format!("api{}", base_path.trim_matches(['(', ')'])),
                    stage: stage.map(str::to_owned),
                };
                (base_path.to_owned(), mapping)
            });
            account.add_domain_name(DomainName {
                domain_name: name.to_owned(),
                base_path_mappings: mappings.collect(),
                ..DomainName::default()
            });
        }
        account
    }

    #[test]
    fn a_host_and_a_path_tell_api_and_stage() {
        let account = account();
        for (host, path, expected) in [
            ("api.example.com", "/a/b", "apinone prod /a/b"),
            ("API.example.com:4566", "/", "apinone prod /"),
            ("api.example.com.", "", "apinone prod /"),
            ("api.example.com", "/orders", "apiorders v1 /"),
            ("api.example.com", "/orders/", "apiorders v1 /"),
            ("api.example.com", "/order%73/x%2Fy", "apiorders v1 /x%2Fy"),
            ("api.example.com", "/ordersx", "apinone prod /ordersx"),
            ("api.example.com", "//orders", "apinone prod //orders"),
            ("api.example.com", "/free/stage/x", "apifree stage /x"),
            ("api.example.com", "/free", "apifree  /"),
            ("api.example.com", "/(none)/x", "apinone prod /(none)/x"),
            ("api.example.com", "/%FF/x", "apinone prod /%FF/x"),
            ("other.example.com", "/only/x", "apionly w /x"),
            ("other.example.com", "/x", "  /x"),
            ("example.com", "/only", "none"),
            ("a.b.example.com", "/only", "none"),
            ("[::1]:4566", "/only", "none"),
            ("", "/only", "none"),
        ] {
            let got = match account.domain_name_of_host(host).map(|domain| domain.invoke_url(path)) {
                Some(url) => format!("{} {} {}", url.api_id, url.stage, url.path),
                None => "none".to_owned(),
            };
            assert_eq!(got, expected, "of {host}{path}");
        }
    }

    proptest! {
        #[test]
        fn any_path_below_a_domain_name_leads_somewhere(path in "(/|[a-z%(). ]|orders|free){0,12}") {
            let account = account();
            let domain = account.domain_name_of_host("api.example.com").expect("the domain name");
            let url = domain.invoke_url(&path);
            prop_assert!(url.api_id.starts_with("api"));
            prop_assert!(!url.path.is_empty());
        }
    }
}
