//! The paths of method settings: `/{resourcePath}/{httpMethod}/throttling/rateLimit` and its like.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html>
//!
//! What must stay true: `/*/*` is every method; a resource's path may be written with `/` or `~1`; the key of a setting is the path
//! without its first slash, then `/` and the verb, which is not `ANY`.

use crate::control::error::ControlError;
use crate::control::patch::{PatchOperation, unescaped};
use crate::model::{HttpVerb, MethodSetting};

/// The key of the settings that a path is about.
pub(super) fn key_of(resource_and_verb: &str) -> Option<String> {
    let (resource, verb) = resource_and_verb.strip_prefix('/')?.rsplit_once('/')?;
    if (resource, verb) == ("*", "*") {
        return Some("*/*".to_owned());
    }
    let is_verb = verb.parse::<HttpVerb>().is_ok_and(|verb| verb != HttpVerb::Any);
    let resource = unescaped(resource);
    let resource = resource.strip_prefix('/').unwrap_or(&resource);
    (is_verb && resource != "*").then(|| format!("{resource}/{verb}"))
}

/// The key and the setting's name, `throttling/rateLimit`, when the path is of this form.
pub(super) fn parse(path: &str) -> Option<(String, &str)> {
    let (rest, name) = path.rsplit_once('/')?;
    let (resource_and_verb, group) = rest.rsplit_once('/')?;
    let name = path.get(path.len() - group.len() - 1 - name.len()..)?;
    is_setting(name).then_some(())?;
    Some((key_of(resource_and_verb)?, name))
}

fn is_setting(name: &str) -> bool {
    matches!(
        name,
        "metrics/enabled"
            | "logging/dataTrace"
            | "logging/loglevel"
            | "throttling/burstLimit"
            | "throttling/rateLimit"
            | "caching/ttlInSeconds"
            | "caching/enabled"
            | "caching/dataEncrypted"
            | "caching/requireAuthorizationForCacheControl"
            | "caching/unauthorizedCacheControlHeaderStrategy"
    )
}

/// Sets one of a method's settings.
pub(super) fn set(
    setting: &mut MethodSetting,
    name: &str,
    operation: &PatchOperation,
) -> Result<(), ControlError> {
    let value = operation.value.as_deref().unwrap_or_default();
    let invalid = || {
        let path = &operation.path;
        ControlError::bad_request(format!("Invalid patch value '{value}' specified for path '{path}'"))
    };
    let flag = value.eq_ignore_ascii_case("true");
    match name {
        "metrics/enabled" => setting.metrics_enabled = flag,
        "logging/dataTrace" => setting.data_trace_enabled = flag,
        "logging/loglevel" => {
            let level = ["OFF", "ERROR", "INFO"].into_iter().find(|level| level.eq_ignore_ascii_case(value));
            setting.logging_level = Some(level.ok_or_else(invalid)?.to_owned());
        }
        "throttling/burstLimit" => {
            setting.throttling_burst_limit = Some(value.parse().map_err(|_| invalid())?);
        }
        "throttling/rateLimit" => {
            let rate: f64 = value.parse().map_err(|_| invalid())?;
            setting.throttling_rate_limit = Some(rate).filter(|rate| rate.is_finite());
            setting.throttling_rate_limit.ok_or_else(invalid)?;
        }
        "caching/ttlInSeconds" => {
            let seconds: i64 = value.parse().map_err(|_| invalid())?;
            // Not more than an hour, and never negative.
            setting.cache_ttl_in_seconds =
                Some(seconds).filter(|seconds| (0..=3600).contains(seconds)).ok_or_else(invalid)?;
        }
        "caching/enabled" => setting.caching_enabled = flag,
        "caching/dataEncrypted" => setting.cache_data_encrypted = flag,
        "caching/requireAuthorizationForCacheControl" => {
            setting.require_authorization_for_cache_control = flag;
        }
        _ => {
            let known = ["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"];
            let strategy = known.into_iter().find(|known| *known == value).ok_or_else(invalid)?;
            strategy.clone_into(&mut setting.unauthorized_cache_control_header_strategy);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        let got = parse(path).map_or_else(|| "none".to_owned(), |(key, name)| format!("{key} {name}"));
        assert_eq!(got, expected, "{path}");
    }

    #[test]
    fn a_path_names_methods_and_one_of_their_settings() {
        check("/*/*/throttling/rateLimit", "*/* throttling/rateLimit");
        check("/pets/GET/metrics/enabled", "pets/GET metrics/enabled");
        check("/~1pets~1{id}/GET/logging/loglevel", "pets/{id}/GET logging/loglevel");
        check("/pets/{id}/GET/logging/loglevel", "pets/{id}/GET logging/loglevel");
        check("//GET/caching/enabled", "/GET caching/enabled");
        check("/~1/GET/caching/enabled", "/GET caching/enabled");
        for path in [
            "",
            "/",
            "/*/*",
            "/*/*/throttling",
            "/pets/ANY/caching/enabled",
            "/*/GET/caching/enabled",
            "/pets/*/caching/enabled",
            "/pets/get/caching/enabled",
            "/GET/caching/enabled",
            "/pets/GET/caching/disabled",
            "caching/enabled",
        ] {
            check(path, "none");
        }
    }
}
