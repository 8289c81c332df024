//! The end of the demo: what was sent, acknowledged, stored and found in the tables, and whether that adds up.

use std::fmt::Write;
use std::time::Duration;

use alluvium_lakehouse::{QuarantineOptions, count_rows, sample_rows};
use alluvium_posting_emulator::emulator::Report;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::failure::Failure;
use crate::pipelines::{PipelineEnd, Pipelines};
use crate::posting;
use crate::provision::Provisioned;
use crate::server::Servers;

/// Rows of each table that the summary shows.
const SAMPLE_ROWS: usize = 3;
/// The most characters of one value in a sample row.
const SAMPLE_VALUE_CHARS: usize = 40;

/// Where the summary's figures come from.
pub(crate) struct Ingredients<'a> {
    /// What was run.
    pub(crate) config: &'a Config,
    /// The servers, still running.
    pub(crate) servers: &'a Servers,
    /// The deployed APIs.
    pub(crate) provisioned: &'a Provisioned,
    /// The time since the command began.
    pub(crate) elapsed: Duration,
}

/// What one pipeline's stream and table hold.
#[derive(Debug)]
struct TableSummary {
    /// `pin`, `geo` or `user`.
    name: String,
    table: String,
    path: String,
    acknowledged: u64,
    stored: u64,
    rows: u64,
    quarantined: u64,
    samples: Vec<Value>,
}

/// The whole summary.
#[derive(Debug)]
pub(crate) struct Summary {
    tables: Vec<TableSummary>,
    report: Report,
    ends: Vec<PipelineEnd>,
    elapsed: Duration,
    endpoint: String,
    region: String,
    invoke_url: String,
    data_dir: String,
}

impl Summary {
    /// Reads the counts of streams and tables.
    pub(crate) async fn gather(
        from: &Ingredients<'_>,
        report: Report,
        ends: Vec<PipelineEnd>,
    ) -> Result<Self, Failure> {
        let mut tables = Vec::with_capacity(from.config.pipelines.len());
        for pipeline in &from.config.pipelines {
            let definition = &pipeline.definition;
            let acknowledged = report
                .streams
                .iter()
                .filter(|stream| stream.stream == definition.source.stream)
                .map(|stream| stream.acknowledged)
                .sum();
            let quarantined = match &definition.sink.quarantine {
                QuarantineOptions::Table(table) => count_rows(table).await?,
                QuarantineOptions::Drop => 0,
            };
            let path = definition.sink.table.to_file_path().ok().map_or_else(
                || definition.sink.table.to_string(),
                |path| path.display().to_string().trim_end_matches('/').to_owned(),
            );
            tables.push(TableSummary {
                name: definition.name.clone(),
                table: path.rsplit('/').next().unwrap_or_default().to_owned(),
                path,
                acknowledged,
                stored: from.servers.accepted(&definition.source.stream).unwrap_or(acknowledged),
                rows: count_rows(&definition.sink.table).await?,
                quarantined,
                samples: sample_rows(&definition.sink.table, SAMPLE_ROWS).await?,
            });
        }
        Ok(Self {
            tables,
            report,
            ends,
            elapsed: from.elapsed,
            endpoint: from.servers.endpoint(),
            region: from.config.region.clone(),
            invoke_url: from.provisioned.invoke_urls().into_iter().next().unwrap_or_default(),
            data_dir: from.config.data_dir.display().to_string(),
        })
    }

    /// Whether all adds up: the posts went out, the pipelines ended well, and each table with its quarantine has as many
    /// rows as its stream has records.
    pub(crate) fn verdict(&self) -> Result<(), Failure> {
        for table in &self.tables {
            if table.acknowledged > table.stored {
                return Err(Failure::Failed(anyhow::anyhow!(
                    "{} lost records: {} were acknowledged, {} are stored",
                    table.table,
                    table.acknowledged,
                    table.stored
                )));
            }
            let found = table.rows + table.quarantined;
            if found != table.stored {
                return Err(Failure::Failed(anyhow::anyhow!(
                    "{} does not add up: {} records are stored, {} rows and {} quarantined are in the tables",
                    table.table,
                    table.stored,
                    table.rows,
                    table.quarantined
                )));
            }
        }
        Pipelines::verdict(&self.ends)?;
        posting::verdict(&self.report)
    }

    fn per_table(&self, value: impl Fn(&TableSummary) -> Value) -> Value {
        Value::Object(
            self.tables.iter().map(|table| (table.name.clone(), value(table))).collect::<Map<_, _>>(),
        )
    }

    /// The summary as one JSON object; posts and acknowledged are of this run, the rest of the whole data directory.
    pub(crate) fn to_json(&self) -> Value {
        serde_json::json!({
            "posts": self.report.posts,
            "acknowledged": self.per_table(|table| table.acknowledged.into()),
            "stored": self.per_table(|table| table.stored.into()),
            "rows": self.per_table(|table| table.rows.into()),
            "quarantined": self.per_table(|table| table.quarantined.into()),
            "errors": self.report.error_count(),
            "elapsed_s": self.elapsed.as_secs_f64(),
            "tables": self.per_table(|table| table.path.clone().into()),
            "endpoint": self.endpoint,
            "invoke_url": self.invoke_url,
            "console": null,
        })
    }

    /// The summary for people.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        let acknowledged: u64 = self.tables.iter().map(|table| table.acknowledged).sum();
        let rate = acknowledged as f64 / self.report.elapsed.as_secs_f64().max(0.001);
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "\nposts sent    {} ({} errors)", self.report.posts, self.report.error_count());
        let _ = writeln!(text, "acknowledged  {acknowledged} records, {rate:.0} records/s");
        let _ = writeln!(text, "elapsed       {:.1} s in all\n", self.elapsed.as_secs_f64());
        let _ = writeln!(text, "{}\n", self.counts());
        for table in &self.tables {
            let _ = writeln!(text, "{}", table.table);
            for row in &table.samples {
                let _ = writeln!(text, "  {}", shortened(row));
            }
        }
        for tally in &self.report.errors {
            let _ = writeln!(text, "\nerrors: {} x {}: {}", tally.count, tally.kind, tally.sample);
        }
        let _ =
            writeln!(text, "\nAPI           {}/streams  (invoke URL {})", self.invoke_url, self.invoke_url);
        let tables_dir = self.tables.first().map_or("", |table| table.path.as_str());
        let tables_dir = tables_dir.rsplit_once('/').map_or(tables_dir, |(dir, _)| dir);
        let _ = writeln!(text, "tables        {tables_dir}\n\nNext:");
        self.next_commands(&mut text);
        text
    }

    fn counts(&self) -> String {
        let mut counts = comfy_table::Table::new();
        counts.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        counts.set_header(["table", "acknowledged", "stored", "rows", "quarantined"]);
        for table in &self.tables {
            counts.add_row([
                table.table.clone(),
                table.acknowledged.to_string(),
                table.stored.to_string(),
                table.rows.to_string(),
                table.quarantined.to_string(),
            ]);
        }
        counts.to_string()
    }

    fn next_commands(&self, text: &mut String) {
        let Some(table) = self.tables.first() else { return };
        let is_default = std::path::absolute(crate::config::DATA_DIR_DEFAULT)
            .is_ok_and(|default| default.as_path() == std::path::Path::new(&self.data_dir));
        let directory = if is_default { String::new() } else { format!(" --data-dir {}", self.data_dir) };
        let _ = writeln!(
            text,
            "  alluvium sql \"SELECT category, count(*) AS pins FROM {} GROUP BY category ORDER BY pins DESC\"{directory}",
            table.table
        );
        let _ = writeln!(
            text,
            "  alluvium demo --keep{directory} --listen {}    # once more, and leave the servers running; then:",
            self.endpoint.trim_start_matches("http://")
        );
        let tables_dir = table.path.strip_suffix(&table.table).unwrap_or_default();
        let keys = format!("{tables_dir}{}", crate::config::ACCESS_KEY_TABLE_DEFAULT);
        let _ = writeln!(
            text,
            "  python -c \"import boto3, deltalake; key = deltalake.DeltaTable('{keys}').to_pyarrow_table().to_pylist()[0]; \\\n    \
             print(boto3.client('kinesis', endpoint_url='{}', region_name='{}', aws_access_key_id=key['access_key_id'], \\\n    \
             aws_secret_access_key=key['secret_access_key']).list_streams()['StreamNames'])\"",
            self.endpoint, self.region
        );
        let _ = writeln!(
            text,
            "  duckdb -c \"INSTALL delta; LOAD delta; SELECT count(*) FROM delta_scan('{}')\"",
            table.path
        );
    }
}

/// One row on one line, long values cut.
fn shortened(row: &Value) -> String {
    let Some(fields) = row.as_object() else { return row.to_string() };
    let shown: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            if one_line.chars().count() <= SAMPLE_VALUE_CHARS {
                return format!("{name}={one_line}");
            }
            let head: String = one_line.chars().take(SAMPLE_VALUE_CHARS - 1).collect();
            format!("{name}={head}…")
        })
        .collect();
    shown.join("  ")
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_sample_row_stays_on_one_line() {
        let row = serde_json::json!({"ind": 1, "title": "a\nb", "long": "x".repeat(50), "none": null});
        let text = shortened(&row);
        assert_eq!(text, format!("ind=1  title=a b  long={}…  none=null", "x".repeat(39)));
    }
}
