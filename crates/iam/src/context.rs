//! What policies can ask about a request beside who, what and on what: where it came from, and what the service knows of it.
//!
//! What must stay true: making one costs nothing that is in proportion to the request; values are taken from it only when a policy
//! asks for them.

use std::net::{IpAddr, SocketAddr};

use http::HeaderValue;
use http::header::{AUTHORIZATION, REFERER, USER_AGENT};
use http::request::Parts;

/// Where a request came from. The listener puts it into the request's extensions; a hop within the process has none. The
/// client's [`SocketAddr`] in the extensions tells the address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientConnection {
    /// The client's address: `aws:SourceIp`.
    pub source_ip: IpAddr,
    /// Whether the client speaks TLS: `aws:SecureTransport`.
    pub secure_transport: bool,
}

/// What a request says of where it came from, for when the request itself is no longer at hand. Cheap to make and to clone.
#[derive(Debug, Clone, Default)]
pub struct RequestOrigin {
    source_ip: Option<IpAddr>,
    secure_transport: Option<bool>,
    user_agent: Option<HeaderValue>,
    referer: Option<HeaderValue>,
}

impl RequestOrigin {
    /// That of a request.
    pub fn of_request(parts: &Parts) -> Self {
        let connection = parts.extensions.get::<ClientConnection>();
        let peer = || parts.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        Self {
            source_ip: connection.map(|connection| connection.source_ip).or_else(peer),
            secure_transport: connection.map(|connection| connection.secure_transport),
            user_agent: parts.headers.get(USER_AGENT).cloned(),
            referer: parts.headers.get(REFERER).cloned(),
        }
    }
}

/// The condition keys of one request.
#[derive(Debug, Clone, Default)]
pub struct RequestContext<'a> {
    source_ip: Option<IpAddr>,
    secure_transport: Option<bool>,
    user_agent: Option<&'a str>,
    referer: Option<&'a str>,
    region: Option<&'a str>,
    /// The region that the signature is for.
    signed_region: Option<&'a str>,
    /// Keys in lower case.
    named: Vec<(String, Vec<String>)>,
    resource_tags: Vec<(&'a str, &'a str)>,
    /// Whether what is handed in stands for every key, and not for those alone that a service hands in.
    simulated: bool,
}

impl<'a> RequestContext<'a> {
    /// A request of which nothing is known.
    pub const fn empty() -> Self {
        Self {
            source_ip: None,
            secure_transport: None,
            user_agent: None,
            referer: None,
            region: None,
            signed_region: None,
            named: Vec::new(),
            resource_tags: Vec::new(),
            simulated: false,
        }
    }

    /// What a request says of itself, and the [`ClientConnection`] in its extensions.
    pub fn of_request(parts: &'a Parts) -> Self {
        let RequestOrigin { source_ip, secure_transport, .. } = RequestOrigin::of_request(parts);
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            source_ip,
            secure_transport,
            user_agent: text(USER_AGENT),
            referer: text(REFERER),
            signed_region: text(AUTHORIZATION).and_then(region_of_signature),
            ..Self::empty()
        }
    }

    /// What a request said of itself.
    pub fn of_origin(origin: &'a RequestOrigin) -> Self {
        let text = |value: &'a Option<HeaderValue>| value.as_ref().and_then(|value| value.to_str().ok());
        Self {
            source_ip: origin.source_ip,
            secure_transport: origin.secure_transport,
            user_agent: text(&origin.user_agent),
            referer: text(&origin.referer),
            ..Self::empty()
        }
    }

    /// With the client's connection, for a request that is no longer at hand.
    #[must_use]
    pub fn from_connection(self, connection: ClientConnection) -> Self {
        Self {
            source_ip: Some(connection.source_ip),
            secure_transport: Some(connection.secure_transport),
            ..self
        }
    }

    /// With the region that was asked: `aws:RequestedRegion`. Otherwise it is that of the resource's ARN, or the signature's.
    #[must_use]
    pub fn in_region(self, region: &'a str) -> Self {
        Self { region: Some(region), ..self }
    }

    /// With a value that the service knows, such as `iam:PassedToService` or `aws:RequestTag/team`.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.with_all(key, [value.into()])
    }

    /// With several values, such as `aws:TagKeys`. Without any the key is absent.
    #[must_use]
    pub fn with_all(mut self, key: &str, values: impl IntoIterator<Item = String>) -> Self {
        let values: Vec<String> = values.into_iter().collect();
        if !values.is_empty() {
            self.named.push((key.to_ascii_lowercase(), values));
        }
        self
    }

    /// With the tags of the resource: `aws:ResourceTag/...`.
    #[must_use]
    pub fn with_resource_tags(mut self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.resource_tags.extend(tags);
        self
    }

    /// A request that is not made, whose keys are all handed in.
    pub(crate) fn simulated() -> Self {
        Self { simulated: true, ..Self::empty() }
    }

    pub(crate) fn is_simulated(&self) -> bool {
        self.simulated
    }

    pub(crate) fn named(&self, key: &str) -> Option<&[String]> {
        self.named.iter().rev().find(|(name, _)| name == key).map(|(_, values)| values.as_slice())
    }

    pub(crate) fn resource_tag(&self, tag: &str) -> Option<&str> {
        self.resource_tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(tag)).map(|(_, value)| *value)
    }

    pub(crate) fn source_ip(&self) -> Option<IpAddr> {
        self.source_ip.map(|address| address.to_canonical())
    }

    pub(crate) fn secure_transport(&self) -> Option<bool> {
        self.secure_transport
    }

    pub(crate) fn user_agent(&self) -> Option<&'a str> {
        self.user_agent
    }

    pub(crate) fn referer(&self) -> Option<&'a str> {
        self.referer
    }

    pub(crate) fn region(&self) -> Option<&'a str> {
        self.region
    }

    pub(crate) fn signed_region(&self) -> Option<&'a str> {
        self.signed_region
    }
}

/// The region in `Credential=id/date/region/service/aws4_request`, of the part that is verified.
fn region_of_signature(authorization: &str) -> Option<&str> {
    let mut credentials = authorization.split([',', ' ']).filter_map(|part| part.strip_prefix("Credential="));
    let credential = credentials.find(|credential| !credential.is_empty())?;
    credential.split('/').nth(2).filter(|region| !region.is_empty())
}
