//! The `iam` of `alluvium.yaml`: users and roles with what they may do, from the file or beside it, each policy read before anything
//! starts.

use std::collections::BTreeMap;
use std::fmt;

use alluvium_iam::{API_GATEWAY, GivenPolicy, IdentityPolicy, PolicyError, TrustPolicy};
use alluvium_lakehouse::AccessKey;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::raw::Text;
use super::resolve::Resolver;
use super::substitute::Substitution;
use super::yaml_error::failure_at;
use super::{RoleConfig, UserConfig};
use crate::failure::Failure;

/// What a role may do of which the file says only the name: what the example's methods need.
const ROLE_POLICY_DEFAULT: &str = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
/// The shortest secret access key, in characters.
const SECRET_BYTES_MIN: usize = 16;
/// How ARNs of AWS's own managed policies begin.
const AWS_POLICIES: &str = "arn:aws:iam::aws:policy/";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIam {
    pub(super) auth: Option<Text>,
    #[serde(default)]
    pub(super) users: Vec<Spanned<RawUser>>,
    #[serde(default)]
    pub(super) roles: Vec<Spanned<RawRole>>,
}

/// A user: a name, or a name with policies.
#[derive(Debug)]
pub(super) struct RawUser(RawPrincipal<RawUserMap>);
/// A role: a name, or a name with policies and who may act as it.
#[derive(Debug)]
pub(super) struct RawRole(RawPrincipal<RawRoleMap>);
/// A policy: the name or ARN of a managed one, or a document with a name.
#[derive(Debug)]
pub(super) struct RawPolicy(RawPrincipal<RawPolicyMap>);

#[derive(Debug)]
enum RawPrincipal<M> {
    Name(String),
    Map(M),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUserMap {
    name: Text,
    access_key: Option<RawAccessKey>,
    policies: Option<Vec<Spanned<RawPolicy>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAccessKey {
    id: Text,
    secret: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoleMap {
    name: Text,
    trust: Option<Spanned<RawDocument>>,
    policies: Option<Vec<Spanned<RawPolicy>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicyMap {
    name: Text,
    document: Spanned<RawDocument>,
}

/// A policy document: written out, or the name of a JSON file.
#[derive(Debug)]
struct RawDocument(RawPrincipal<serde_json::Map<String, serde_json::Value>>);

/// Reads a text or a mapping without losing the places of what is inside.
struct TextOrMap<M>(std::marker::PhantomData<M>, &'static str);

impl<'de, M: Deserialize<'de>> Visitor<'de> for TextOrMap<M> {
    type Value = RawPrincipal<M>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.1)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() {
            Err(E::custom(format!("nothing where {} goes", self.1)))
        } else {
            Ok(RawPrincipal::Name(text.to_owned()))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(RawPrincipal::Map)
    }
}

macro_rules! text_or_map {
    ($type:ident, $what:literal) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(TextOrMap(std::marker::PhantomData, $what)).map(Self)
            }
        }
    };
}
text_or_map!(RawUser, "the name of a user, or a user with `name` and `policies`");
text_or_map!(RawRole, "the name of a role, or a role with `name`, `trust` and `policies`");
text_or_map!(RawPolicy, "the name or ARN of a managed policy, or a policy with `name` and `document`");
text_or_map!(RawDocument, "a policy document, or the name of a file with one");

impl Resolver<'_> {
    pub(super) fn users(&self, raw: &[Spanned<RawUser>]) -> Result<Vec<UserConfig>, Failure> {
        let user = |raw: &Spanned<RawUser>| match &raw.value.0 {
            RawPrincipal::Name(name) => Ok(UserConfig {
                name: self.substituted(name, raw.referenced)?,
                access_key: None,
                policies: None,
            }),
            RawPrincipal::Map(map) => Ok(UserConfig {
                name: self.text(&map.name)?,
                access_key: map.access_key.as_ref().map(|key| self.access_key(key)).transpose()?,
                policies: map.policies.as_deref().map(|policies| self.policies(policies)).transpose()?,
            }),
        };
        let users: Vec<UserConfig> = raw.iter().map(user).collect::<Result<_, Failure>>()?;
        self.each_once(
            "user",
            raw.iter().map(|raw| raw.referenced),
            users.iter().map(|user| user.name.as_str()),
        )?;
        Ok(users)
    }

    /// An access key of the file's own. No message shows its secret.
    fn access_key(&self, raw: &RawAccessKey) -> Result<AccessKey, Failure> {
        let secret = self.text(&raw.secret)?;
        if secret.len() < SECRET_BYTES_MIN {
            let message =
                format!("access_key.secret is shorter than {SECRET_BYTES_MIN} characters; AWS's have 40");
            return Err(self.wrong(&raw.secret, &message));
        }
        Ok(AccessKey { access_key_id: self.text(&raw.id)?, secret_access_key: SecretString::from(secret) })
    }

    pub(super) fn roles(&self, raw: &[Spanned<RawRole>]) -> Result<Vec<RoleConfig>, Failure> {
        let kinesis = || vec![GivenPolicy::Managed { arn: ROLE_POLICY_DEFAULT.to_owned() }];
        let role = |raw: &Spanned<RawRole>| match &raw.value.0 {
            RawPrincipal::Name(name) => Ok(RoleConfig {
                name: self.substituted(name, raw.referenced)?,
                trust: TrustPolicy::of_service(API_GATEWAY),
                policies: kinesis(),
            }),
            RawPrincipal::Map(map) => Ok(RoleConfig {
                name: self.text(&map.name)?,
                trust: match &map.trust {
                    Some(document) => {
                        self.document("trust", document, |text| TrustPolicy::parse(text).map(drop))?
                    }
                    None => TrustPolicy::of_service(API_GATEWAY),
                },
                policies: match &map.policies {
                    Some(policies) => self.policies(policies)?,
                    None => kinesis(),
                },
            }),
        };
        let roles: Vec<RoleConfig> = raw.iter().map(role).collect::<Result<_, Failure>>()?;
        self.each_once(
            "role",
            raw.iter().map(|raw| raw.referenced),
            roles.iter().map(|role| role.name.as_str()),
        )?;
        Ok(roles)
    }

    fn policies(&self, raw: &[Spanned<RawPolicy>]) -> Result<Vec<GivenPolicy>, Failure> {
        let policy = |raw: &Spanned<RawPolicy>| match &raw.value.0 {
            RawPrincipal::Name(name) => {
                let name = self.substituted(name, raw.referenced)?;
                let arn = if name.starts_with("arn:") { name } else { format!("{AWS_POLICIES}{name}") };
                Ok(GivenPolicy::Managed { arn })
            }
            RawPrincipal::Map(map) => {
                let name = self.text(&map.name)?;
                let what = format!("policy {name:?}");
                let document =
                    self.document(&what, &map.document, |text| IdentityPolicy::parse(text).map(drop))?;
                Ok(GivenPolicy::Inline { name, document })
            }
        };
        raw.iter().map(policy).collect()
    }

    /// A document as JSON text, once it can be read. Only the file's own names are replaced in it: `${aws:username}` and its like
    /// are the policy's.
    fn document(
        &self,
        what: &str,
        raw: &Spanned<RawDocument>,
        check: impl Fn(&str) -> Result<(), PolicyError>,
    ) -> Result<String, Failure> {
        let wrong = |message: &str| failure_at(self.origin, raw.referenced, &format!("{what}: {message}"));
        let text = match &raw.value.0 {
            RawPrincipal::Name(file) => {
                let file = self.substituted(file, raw.referenced)?;
                self.files.read(&file).map_err(|message| wrong(&message))?
            }
            RawPrincipal::Map(map) => {
                serde_json::to_string(map).map_err(|error| wrong(&error.to_string()))?
            }
        };
        let known: Vec<(&str, &str)> =
            self.known.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = Substitution { known: &known, environment: false }
            .apply(&text)
            .map_err(|message| wrong(&message))?;
        check(&text).map_err(|error| wrong(&error.to_string()))?;
        Ok(text)
    }

    fn substituted(&self, text: &str, at: Location) -> Result<String, Failure> {
        let known: Vec<(&str, &str)> =
            self.known.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Substitution { known: &known, environment: true }
            .apply(text)
            .map_err(|message| failure_at(self.origin, at, &message))
    }

    fn each_once<'n>(
        &self,
        what: &str,
        places: impl Iterator<Item = Location>,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<(), Failure> {
        let mut seen: BTreeMap<&str, Location> = BTreeMap::new();
        for (place, name) in places.zip(names) {
            if let Some(first) = seen.insert(name, place) {
                let message = format!(
                    "{what} {name:?} is named twice, first in line {}, column {}: take one of them out",
                    first.line(),
                    first.column()
                );
                return Err(failure_at(self.origin, place, &message));
            }
        }
        Ok(())
    }
}
