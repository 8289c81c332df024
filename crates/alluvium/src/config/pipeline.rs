//! The `pipelines` of `alluvium.yaml`: each entry with its SQL file becomes a pipeline definition.

use std::path::{Path, PathBuf};
use std::time::Duration;

use alluvium_lakehouse::{
    BatchLimits, InitialPosition, PipelineDefinition, QuarantineOptions, SourceOptions, SourceText, Trigger,
};
use url::Url;

use super::PipelineConfig;
use super::raw::{RawPipeline, Text};
use super::resolve::Resolver;
use crate::failure::Failure;

/// The Delta table of access keys when a pipeline names none.
pub(crate) const ACCESS_KEY_TABLE_DEFAULT: &str = "authentication_credentials";
/// The time between the commits of a pipeline when it names none.
const TRIGGER_DEFAULT: Duration = Duration::from_secs(1);
/// The shortest and the longest time between two commits.
const TRIGGER_RANGE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_hours(24));
/// A batch is committed at this many records, whatever the trigger says.
const BATCH_RECORDS_MAX: usize = 100_000;
/// A batch is committed at this many bytes of record data, whatever the trigger says.
const BATCH_DATA_BYTES_MAX: usize = 32 * 1024 * 1024;

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
        let table = self.table_url(&raw.table, "")?;
        let quarantine = self.table_url(&raw.table, "_quarantine")?;
        let access_key_table = match &raw.access_key.table {
            Some(text) => self.table_path(&self.text(text)?),
            None => self.table_path(ACCESS_KEY_TABLE_DEFAULT),
        };
        Ok(PipelineConfig {
            definition: PipelineDefinition {
                source: SourceOptions {
                    stream: self.stream_name(&raw.source.stream_name)?,
                    region: None,
                    initial_position: self.initial_position(raw.source.initial_position.as_ref())?,
                },
                schema: SourceText {
                    file: format!("{} pipelines.{name}.schema", self.origin),
                    text: self.text(&raw.schema)?,
                },
                sql: SourceText { file: sql_file, text: sql },
                table,
                quarantine: QuarantineOptions::Table(quarantine),
                trigger: Trigger::ProcessingTime(self.trigger(raw.trigger.as_ref())?),
                batch: BatchLimits { records_max: BATCH_RECORDS_MAX, data_bytes_max: BATCH_DATA_BYTES_MAX },
                name,
            },
            access_key_table,
            access_key_user: self.text(&raw.access_key.user)?,
        })
    }

    fn initial_position(&self, own: Option<&Text>) -> Result<InitialPosition, Failure> {
        let choices = [
            ("latest", InitialPosition::Latest),
            ("trim_horizon", InitialPosition::TrimHorizon),
            ("earliest", InitialPosition::TrimHorizon),
        ];
        own.map_or(Ok(InitialPosition::TrimHorizon), |own| self.choice(own, "initialPosition", &choices))
    }

    /// `1 second`, `250 milliseconds`, `2 minutes`, as Spark writes a processing-time trigger.
    fn trigger(&self, own: Option<&Text>) -> Result<Duration, Failure> {
        let Some(own) = own else { return Ok(TRIGGER_DEFAULT) };
        let value = self.text(own)?;
        let (minimum, maximum) = TRIGGER_RANGE;
        interval(&value).filter(|interval| (minimum..=maximum).contains(interval)).ok_or_else(|| {
            self.wrong(
                own,
                &format!(
                    "trigger {value:?} is no interval of 50 milliseconds to 24 hours such as `1 second`"
                ),
            )
        })
    }

    /// A table by its name below `tables/`, or by a URL of an object store.
    fn table_url(&self, own: &Text, suffix: &str) -> Result<Url, Failure> {
        let value = format!("{}{suffix}", self.text(own)?);
        if value.contains("://") && !value.starts_with("file://") {
            return Err(self.wrong(
                own,
                &format!("table {value:?}: object stores are not reached yet, name a table or a file:// URL"),
            ));
        }
        if value.starts_with("file://") {
            return Url::parse(&value)
                .map_err(|error| self.wrong(own, &format!("table {value:?} is no URL: {error}")));
        }
        directory_url(&self.table_path(&value)).map_err(|message| self.wrong(own, &message))
    }

    fn table_path(&self, name: &str) -> PathBuf {
        self.tables_dir.join(name)
    }
}

/// The `file:` URL of a directory that may not exist yet.
pub(crate) fn directory_url(path: &Path) -> Result<Url, String> {
    let absolute = std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Url::from_directory_path(&absolute).map_err(|()| format!("{}: no directory path", absolute.display()))
}

fn interval(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit.trim().trim_end_matches('s') {
        "millisecond" => 1,
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_as_spark_writes_them() {
        assert_eq!(interval("1 second"), Some(Duration::from_secs(1)));
        assert_eq!(interval("250 milliseconds"), Some(Duration::from_millis(250)));
        assert_eq!(interval("2 minutes"), Some(Duration::from_mins(2)));
        for bad in ["", "1", "one second", "1 fortnight", "-1 seconds", "99999999999999999999 hours"] {
            assert_eq!(interval(bad), None, "{bad:?}");
        }
    }
}
