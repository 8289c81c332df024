//! The methods of deployed APIs that anybody may call. That is their author's choice, on AWS too; on an address that others reach it
//! is said at the start.

use alluvium_api_gateway::{AuthorizationType, RestApi};

use crate::config::Config;
use crate::progress;
use crate::server::Servers;

/// How many methods a warning names.
const NAMED_MAX: usize = 10;

/// Warns of open methods where others reach them.
pub(crate) fn warn(config: &Config, servers: &Servers) {
    if config.listen.ip().is_loopback() {
        return;
    }
    for api in servers.gateway.rest_apis() {
        let open = open_methods(&api);
        if open.is_empty() {
            continue;
        }
        let more = open.len().saturating_sub(NAMED_MAX);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        progress::note(&format!(
            "warning: everybody who reaches {} may call {} of API {} ({}){more}: give the methods an authorization (AWS_IAM) or an \
             API key, or the API a resource policy",
            config.listen,
            open.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", "),
            api.name,
            api.id,
        ));
    }
}

/// The methods of a deployed API that neither a signature nor a key nor a policy guards.
fn open_methods(api: &RestApi) -> Vec<String> {
    if api.stages.is_empty() || api.policy.is_some() {
        return Vec::new();
    }
    let mut open = Vec::new();
    for resource in api.resources.values() {
        for (verb, method) in &resource.resource_methods {
            if method.authorization_type == AuthorizationType::None && !method.api_key_required {
                open.push(format!("{} {}", verb.as_str(), resource.path));
            }
        }
    }
    open
}
