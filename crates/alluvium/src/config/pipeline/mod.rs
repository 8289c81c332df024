//! The `pipelines` of `alluvium.yaml`: each entry with its SQL file becomes a pipeline definition.

mod decode;
mod raw;
mod sink;
mod source;
mod trigger;

pub(super) use raw::RawPipeline;
pub(crate) use sink::directory_url;

use alluvium_lakehouse::{PipelineDefinition, SourceText};

use super::PipelineConfig;
use super::resolve::Resolver;
use crate::failure::Failure;

/// The Delta table of access keys when a pipeline names none.
pub(crate) const ACCESS_KEY_TABLE_DEFAULT: &str = "authentication_credentials";

impl Resolver<'_> {
    /// All pipelines, in the order of the file; two of one name are refused.
    pub(super) fn pipelines(&self, raw: &[RawPipeline]) -> Result<Vec<PipelineConfig>, Failure> {
        let mut pipelines: Vec<PipelineConfig> = Vec::with_capacity(raw.len());
        for entry in raw {
            let pipeline = self.pipeline(entry)?;
            if pipelines.iter().any(|other| other.definition.name == pipeline.definition.name) {
                let message = format!("there are two pipelines named {:?}", pipeline.definition.name);
                return Err(self.wrong(&entry.name, &message));
            }
            pipelines.push(pipeline);
        }
        Ok(pipelines)
    }

    fn pipeline(&self, raw: &RawPipeline) -> Result<PipelineConfig, Failure> {
        let name = self.text(&raw.name)?;
        let sql_file = self.text(&raw.sql)?;
        let sql = self.files.read(&sql_file).map_err(|message| self.wrong(&raw.sql, &message))?;
        let access_key_table = match &raw.access_key.table {
            Some(text) => self.table_path(&self.text(text)?),
            None => self.table_path(ACCESS_KEY_TABLE_DEFAULT),
        };
        let schema = SourceText {
            file: format!("{} pipelines.{name}.schema", self.origin),
            text: self.text(&raw.schema)?,
        };
        let quarantine = self.quarantine(raw.quarantine.as_ref())?;
        let definition = PipelineDefinition {
            source: self.source(&raw.source, &name)?,
            schema,
            sql: SourceText { file: sql_file, text: sql },
            decode: self.decode(raw.decode.as_ref(), quarantine.malformed)?,
            sink: self.sink(raw, quarantine.drop)?,
            trigger: self.trigger(raw.trigger.as_ref())?,
            batch: self.batch(&raw.source)?,
            name,
        };
        let access_key_user = self.text(&raw.access_key.user)?;
        Ok(PipelineConfig { definition, access_key_table, access_key_user })
    }
}
