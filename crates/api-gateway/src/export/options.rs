//! What is exported, and how it is written.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html>
//!
//! What must stay true: without extensions nothing of API Gateway's own is in the document.

/// The two formats of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// Swagger 2.0.
    Swagger,
    /// OpenAPI 3.0.1.
    Oas30,
}

impl ExportFormat {
    /// The format that GetExport calls `name`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "swagger" => Some(Self::Swagger),
            "oas30" => Some(Self::Oas30),
            _ => None,
        }
    }

    /// GetExport's own name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Swagger => "swagger",
            Self::Oas30 => "oas30",
        }
    }

    /// How a document refers to one of its schemas.
    pub(super) fn schemas(self) -> &'static str {
        match self {
            Self::Swagger => "#/definitions/",
            Self::Oas30 => "#/components/schemas/",
        }
    }
}

/// The two ways to write a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportSyntax {
    Json,
    Yaml,
}

impl ExportSyntax {
    /// The syntax that an `Accept` header asks for; JSON unless it asks for YAML.
    pub(crate) fn of_accept(accept: &str) -> Self {
        if accept.to_ascii_lowercase().contains("yaml") { Self::Yaml } else { Self::Json }
    }

    /// The end of the file's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

/// Which of API Gateway's extensions are in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ExportExtensions {
    /// What answers each method.
    pub(crate) integrations: bool,
    /// Authorizers, and signatures as a security scheme.
    pub(crate) authorizers: bool,
    /// Everything that the API itself says: validators, gateway responses, policy, media types, endpoint, tags.
    pub(crate) api: bool,
}

/// The value is no list of extensions that can be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a value of 'extensions'; use apigateway, integrations or authorizers")]
pub(crate) struct NotAnExtension(String);

impl ExportExtensions {
    pub(crate) const ALL: Self = Self { integrations: true, authorizers: true, api: true };

    /// Reads the parameter `extensions`: names with commas between them.
    pub(crate) fn parse(text: &str) -> Result<Self, NotAnExtension> {
        let mut extensions = Self::default();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "apigateway" => extensions = Self::ALL,
                "integrations" => extensions.integrations = true,
                "authorizers" => extensions.authorizers = true,
                _ => return Err(NotAnExtension(name.to_owned())),
            }
        }
        Ok(extensions)
    }
}

/// What is exported, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExportOptions<'a> {
    pub(crate) format: ExportFormat,
    pub(crate) syntax: ExportSyntax,
    pub(crate) extensions: ExportExtensions,
    /// The stage whose invoke URL the document names.
    pub(crate) stage_name: &'a str,
    /// The region of that URL.
    pub(crate) region: &'a str,
}
