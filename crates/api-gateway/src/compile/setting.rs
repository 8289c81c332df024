//! Which of a stage's settings a method runs under.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html>
//!
//! What must stay true: the method's own settings replace those of `*/*` as a whole.

use crate::model::{HttpVerb, MethodSetting, Stage};

/// The settings of the method, else those of `*/*`.
pub(super) fn setting_of<'s>(stage: &'s Stage, path: &str, verb: HttpVerb) -> Option<&'s MethodSetting> {
    let own = format!("{}/{verb}", path.trim_start_matches('/'));
    let own = own.trim_start_matches('/');
    stage
        .method_settings
        .iter()
        .find(|(key, _)| plain(key).trim_start_matches('/') == own)
        .or_else(|| stage.method_settings.iter().find(|(key, _)| plain(key).trim_start_matches('/') == "*/*"))
        .map(|(_, setting)| setting)
}

/// A key with the slashes that stand in it as `~1`.
fn plain(key: &str) -> String {
    key.replace("~1", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_methods_own_settings_come_before_those_of_all_methods() {
        let setting =
            |level: &str| MethodSetting { logging_level: Some(level.to_owned()), ..MethodSetting::default() };
        let keys = [("*/*", "OFF"), ("pets~1{id}/GET", "INFO"), ("~1/POST", "ERROR"), ("/a~1b/ANY", "ANY")];
        let stage = Stage {
            method_settings: keys.iter().map(|(key, level)| ((*key).to_owned(), setting(level))).collect(),
            ..Stage::default()
        };
        let level = |path: &str, verb| {
            setting_of(&stage, path, verb).and_then(|found| found.logging_level.as_deref())
        };
        assert_eq!(level("/pets/{id}", HttpVerb::Get), Some("INFO"));
        assert_eq!(level("/pets/{id}", HttpVerb::Put), Some("OFF"));
        assert_eq!(level("/", HttpVerb::Post), Some("ERROR"));
        assert_eq!(level("/a/b", HttpVerb::Any), Some("ANY"));
        assert_eq!(setting_of(&Stage::default(), "/", HttpVerb::Get), None);
    }
}
